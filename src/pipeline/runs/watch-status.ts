/** The status again whenever something of it has changed, by watches: only what has none is asked for. */

import type { NodePool } from '#core/cloud/node-pool.ts'
import { judgedAgainAt, type Snapshot } from '#core/status/snapshot.ts'
import { createBeside } from '../observe/beside/beside.ts'
import { keysIn } from '../observe/memory.ts'
import { listedIn, needsMore, ON_DEMAND } from '../observe/snapshot.ts'
import { isPassing, openWatches, type Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { inPace, later } from '../time/pace.ts'
import { untilChange } from '../time/until.ts'
import { answerFrom, type StatusAnswer, type StatusRequest } from './status.ts'

export interface WatchRequest extends StatusRequest {
  /** An endpoint can stop to answer without a change in the cluster: `deep` asks again after so long. */
  askMs: number
}

/** Several objects change within one step of a controller. */
const SETTLE_MS = 300
/** However fast a sandbox lives, an endpoint is not asked without a pause. */
const LEAST_ASK_MS = 1_000
/** A cloud has no watch, and whether a silent run is over shows with time alone. */
const MOVING_MS = 5_000
/** Between two attempts to reach an API server that is away. */
const AGAIN_MS = 1_000

/** Ends with the signal, or when no patience helps: the workspace is gone, or this identity may not look any more. */
export async function watchStatus(
  request: WatchRequest,
  show: (answer: StatusAnswer) => void,
  ports: Ports,
): Promise<never> {
  const watches = openWatches(request, ports)
  try {
    const listed = listedIn(watches.memory)
    await watches.open(...listed)
    watches.follow(listed)
    return await showChanges(watches, request, show, ports)
  } finally {
    await watches.close()
  }
}

async function showChanges(
  watches: Watches,
  request: WatchRequest,
  show: (answer: StatusAnswer) => void,
  ports: Ports,
): Promise<never> {
  const look = createLook(watches, request, ports)
  let shown = ''
  for (;;) {
    const change = watches.changed()
    change.catch(() => undefined)
    const looked = await look()
    if (looked === undefined) {
      await ports.clock.sleep(AGAIN_MS, ports.signal)
      continue
    }
    const { seen, answer } = looked
    const text = JSON.stringify(answer.workspaces.map(({ ageSeconds: _age, ...status }) => status))
    if (text !== shown) show(answer)
    shown = text
    const now = ports.clock.now()
    const pauseMs = pauseAfter(answer, request, ports)
    const asked = pauseMs === undefined ? undefined : later(pauseMs, ports)
    await untilChange(change, [asked, ...seen.map((each) => judgedAgainAt(each, now))], ports)
    await ports.clock.sleep(SETTLE_MS, ports.signal)
  }
}

function pauseAfter({ workspaces }: StatusAnswer, { deep, askMs }: WatchRequest, ports: Ports): number | undefined {
  const ask = deep ? inPace(askMs, ports, LEAST_ASK_MS) : undefined
  const isMoving = workspaces.some(({ phase, pool }) => phase === 'Progressing' || isPoolMoving(pool))
  return isMoving ? Math.min(inPace(MOVING_MS, ports), ask ?? Number.POSITIVE_INFINITY) : ask
}

function isPoolMoving(pool: NodePool | undefined): boolean {
  return pool !== undefined && pool.state !== 'ready' && pool.state !== 'failed'
}

interface Looked {
  seen: Snapshot[]
  answer: StatusAnswer
}

/** Undefined while the API server is away, which the watches tell. At first it must be there. */
function createLook(
  { memory, open, follow }: Watches,
  request: WatchRequest,
  ports: Ports,
): () => Promise<Looked | undefined> {
  const beside = createBeside(ports)
  // What is asked again and again is told once.
  const repeating: Ports = { ...ports, emit: (event) => (event.type === 'warning' ? ports.emit(event) : undefined) }
  let isFirst = true
  return async () => {
    try {
      if (needsMore(memory)) {
        await open(...ON_DEMAND)
        follow(ON_DEMAND)
      }
      const seen = await Promise.all(keysIn(memory).map((key) => beside.of(key, memory, ['run', 'pool'])))
      const answer = await answerFrom(seen, request, isFirst ? ports : repeating)
      isFirst = false
      return { seen, answer }
    } catch (error) {
      ports.signal.throwIfAborted()
      if (isFirst || !isPassing(error)) throw error
      return undefined
    }
  }
}
