/** A drill: the API server goes away while an engine starts, and comes back by itself. */
import type { Fault, Faults } from '../cluster/api/faults.ts'
import type { Controller } from '../cluster/controllers/loop.ts'
import type { Records } from '../cluster/kubelet/record.ts'
import type { Drill } from '../drills.ts'

const AWAY_SECONDS = 60
/** However fast time runs: a deploy gives its lock up 25 s after it was last renewed, and none gets past that. */
const SHORTEST_MS = 32_000
const CUT: Fault = { status: 0 }

/** Once for each engine: the command that goes on finds the same one, and gets through. */
export function loseApiServer(records: Records, faults: Faults, drill: () => Drill | undefined): Controller {
  const seen = new Set<string>()
  let backAt: number | undefined
  return ({ now, scaled }) => {
    const isRehearsed = drill()?.apiServer === 'lost'
    if (isRehearsed) {
      for (const [uid, { stage }] of records) {
        if (stage !== 'booting' || seen.has(uid)) continue
        seen.add(uid)
        if (backAt === undefined) {
          faults.add(CUT)
          faults.breakOff()
        }
        backAt = now() + Math.max(SHORTEST_MS, scaled(AWAY_SECONDS))
      }
    }
    if (backAt !== undefined && (!isRehearsed || now() >= backAt)) {
      faults.remove(CUT)
      backAt = undefined
    }
    return backAt
  }
}
