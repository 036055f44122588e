/** How pods are replaced when something changes, so that no update waits for a GPU that never comes. */
import type { UpdateStrategy } from './decision.ts'

/** @param room replicas that the GPUs hold at once; undefined: not known. */
export function updateStrategy(replicas: number, room: number | undefined): UpdateStrategy {
  if (room !== undefined && room > replicas)
    return { kind: 'surge', because: 'new pods start beside the old ones: a GPU is spare' }
  if (replicas > 1) return { kind: 'in-turn', because: 'one pod after another, the others serve: no GPU is spare' }
  const why = room === undefined ? 'whether a GPU is spare is not known' : 'no GPU is spare'
  return { kind: 'recreate', because: `the old pod ends before the new one starts, nobody serves meanwhile: ${why}` }
}
