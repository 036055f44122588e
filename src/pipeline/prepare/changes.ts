/** What a run would change in the cluster, and what it must not. */

import { findPrunable } from '#cluster/apply/apply-set.ts'
import type { PlannedChange } from '#cluster/apply/change-set.ts'
import { replicasOf } from '#cluster/apply/replicas-owner.ts'
import { advice, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { formatRef, type KubeObject, type ObjectRef } from '#core/objects/kube-object.ts'
import { WORKSPACE_LABEL } from '#core/objects/labels.ts'
import { podTemplateOf } from '#core/objects/pod-template.ts'
import type { Plan } from '#core/plan/types.ts'
import { generatedRefs } from '#core/state/own-secrets.ts'
import type { RootState } from '#core/state/root.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import { appliedBy } from '#core/workload/workload.ts'
import type { Ports } from '../ports.ts'

/** What an earlier run made, and this one does not want any more. */
export async function findSurplus(
  root: Snapshot['root'],
  members: readonly KubeObject[],
  state: RootState,
  namespace: string,
  ports: Ports,
): Promise<ObjectRef[]> {
  if (root === undefined) return []
  const wanted = new Set(generatedRefs(state.lock, namespace).map(({ name }) => name))
  const secrets = generatedRefs(root.state.lock, namespace).filter(({ name }) => !wanted.has(name))
  const looking = { kinds: appliedBy(ports.workloads), signal: ports.signal }
  return [...(await findPrunable(ports.kube, root.object, members, looking)), ...secrets]
}

/** Where an autoscaler owns the number, it is what is there. */
export function replicasToAwait(changes: readonly PlannedChange[], plan: Plan): number {
  const worker = changes.find(({ object }) => podTemplateOf(object) !== undefined)
  const isShared = worker !== undefined && replicasOf(worker.object) === undefined
  return isShared ? (replicasOf(worker.live) ?? plan.replicas) : plan.replicas
}

/** The pods that serve end before new ones start. Where none was asked for, nobody is served now either. */
export function leavesNobody(changes: readonly PlannedChange[], plan: Plan): boolean {
  const replaced = changes.find(({ replacesPods }) => replacesPods)
  return replaced !== undefined && plan.update.kind === 'recreate' && replicasOf(replaced.live) !== 0
}

/** An object of the same name that no workspace of this name made is not ours to change. */
export function refuseForeign(changes: readonly PlannedChange[], members: ReadonlySet<string>, plan: Plan): void {
  const foreign = changes.find(
    ({ ref, live }) =>
      members.has(formatRef(ref)) && live !== undefined && live.metadata.labels?.[WORKSPACE_LABEL] !== plan.objectName,
  )
  if (foreign === undefined) return
  const { kind, name } = foreign.ref
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'plan',
    message: `${formatRef(foreign.ref)} exists in namespace ${plan.namespace}, but kaito did not make it for workspace ${plan.objectName}.`,
    hint: advice`Use another name for the workspace (${setting('name')}), or another namespace (${setting('namespace')}).`,
    resource: { kind, name, namespace: plan.namespace },
  })
}
