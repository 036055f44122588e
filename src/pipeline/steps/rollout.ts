/** Objects → pods that are Ready behind the Service. */

import { KINDS } from '#core/objects/kinds.ts'
import { rolloutStanding } from '#core/status/rollout-standing.ts'
import type { Key } from '../observe/memory.ts'
import type { Place, Step } from './step.ts'

/** @param replicas wanted; undefined: as many as the Deployment says. */
export function rolloutStep(key: Key, replicas: number | undefined, place: Place): Step {
  const object = { kind: KINDS.deployment.kind, ...key }
  return {
    ...place,
    name: 'rollout',
    kinds: ['deployments', 'replicaSets', 'pods', 'slices', 'events'],
    mayMiss: ['events'],
    judge: (seen, now) => rolloutStanding(seen, now, replicas),
    say: (message, { emit }) => emit({ type: 'object.status', phase: 'watch', object, status: 'InProgress', message }),
  }
}
