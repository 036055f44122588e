/** How pods are replaced when something changes, so that no update waits for a GPU that never comes. */
import type { UpdateStrategy } from './decision.ts'

/** To other machines: there is room for all of them, and the old ones end when the new ones are Ready. */
export const MOVE: UpdateStrategy = {
  kind: 'move',
  because: 'the old pods serve until the new ones are Ready on the new machines',
}

/** @param room replicas that the GPUs hold at once; undefined: not known. */
export function updateStrategy(replicas: number, room: number | undefined): UpdateStrategy {
  if (room !== undefined && room > replicas)
    return { kind: 'surge', because: 'new pods start before the old ones end: a GPU is free' }
  if (replicas > 1)
    return { kind: 'in-turn', because: 'one pod at a time, the others keep serving: no GPU is free for an extra pod' }
  const why = room === undefined ? 'it is not known whether a GPU is free' : 'no GPU is free for an extra pod'
  return {
    kind: 'recreate',
    because: `the old pod ends before the new one starts, and nothing answers in between: ${why}`,
  }
}
