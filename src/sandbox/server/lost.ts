/** A drill: the API server goes away while an engine starts, and stays away for a while. */
import type { Faults } from '../api/faults.ts'
import type { Controller } from '../controllers/loop.ts'
import type { Drill } from '../drills.ts'
import type { Records } from '../kubelet/record.ts'

export function loseApiServer(records: Records, faults: Faults, drill: () => Drill | undefined): Controller {
  let isLost = false
  return () => {
    if (drill()?.apiServer !== 'lost') isLost = false
    else if (!isLost && [...records.values()].some(({ stage }) => stage === 'booting')) {
      isLost = true
      // Until another drill, or none, is chosen: that clears the faults.
      faults.loseServer()
    }
    return undefined
  }
}
