/** Objects → pods that are Ready behind the Service. */

import { rolloutStanding } from '#core/status/rollout-standing.ts'
import type { Key } from '../observe/memory.ts'
import type { SeenId } from '../observe/seen-kinds.ts'
import type { Place, Step } from './step.ts'

/**
 * @param replicas wanted; undefined: as many as are asked for in the cluster.
 * @param kinds by which it is judged.
 */
export function rolloutStep(key: Key, replicas: number | undefined, kinds: readonly SeenId[], place: Place): Step {
  return {
    ...place,
    name: 'rollout',
    kinds,
    mayMiss: ['events'],
    judge: (seen, now) => rolloutStanding(seen, now, replicas),
    say(message, { work }, { emit }) {
      const object = { kind: work.worker.kind, ...key }
      emit({ type: 'object.status', phase: 'watch', object, status: 'InProgress', message })
    },
  }
}
