/** The cluster really has nothing more of a workspace: controllers and the kubelet take their time. */

import { advice, kubectl } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { formatRef, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { workspaceSelector } from '#core/objects/labels.ts'
import type { Key } from '../observe/memory.ts'
import type { SeenKinds } from '../observe/seen-kinds.ts'
import type { Place, Step } from './step.ts'

/** Grace period of the pods plus what a controller needs. */
const GONE_BUDGET_MS = 5 * 60_000

/** @param hadPool its nodes go, too. */
export function goneStep({ name, namespace }: Key, kinds: SeenKinds, hadPool: boolean, place: Place): Step {
  // What the cluster makes for a workspace, and takes away by itself.
  const dependents = Object.keys(kinds).filter((id) => kinds[id]?.row.goesWith !== undefined)
  return {
    ...place,
    name: 'gone',
    kinds: hadPool ? [...dependents, 'nodes'] : dependents,
    judge({ worker, replicaSets, pods, slices, nodes }) {
      const made = [...(worker === undefined ? [] : [worker]), ...replicaSets, ...pods, ...slices]
      const left = [...made, ...(hadPool ? nodes : [])].map(refOf)
      if (left.length === 0) return { is: 'done' }
      const giveUp = { after: { clusterMs: GONE_BUDGET_MS }, error: leftInCluster(name, namespace, left) }
      return { is: 'moving', says: `${left.length} objects are left`, stage: 'gone', giveUp }
    },
  }
}

function leftInCluster(objectName: string, namespace: string, left: readonly ObjectRef[]): KaitoError {
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `${left.length} objects of workspace ${objectName} are still in the cluster after 5 minutes.`,
    details: left.map(formatRef),
    hint: advice`Look for finalizers and stuck pods: ${kubectl('get', 'pods,replicasets', '-n', namespace, '-l', workspaceSelector(objectName), '-o', 'yaml')}`,
    retryable: 'later',
  })
}
