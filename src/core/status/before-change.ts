/** What a change is planned with: views of the picture that was taken of a workspace and of the cluster around it. */
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import { detectCloud } from '../cloud/detect.ts'
import type { CloudId } from '../cloud/ids.ts'
import type { PoolOwner } from '../cloud/node-pool.ts'
import { type ObjectRef, refOf } from '../objects/kube-object.ts'
import type { NodeFact, PlanFacts } from '../placement/facts.ts'
import { generatedRefs } from '../state/own-secrets.ts'
import { poolsOf, type RootState } from '../state/root.ts'
import { nodeFacts, providerIdsOf } from './nodes.ts'
import type { Snapshot } from './snapshot.ts'

/** By its machines. */
export function cloudAround(seen: Snapshot, clouds: readonly CloudTraits[]): CloudId | undefined {
  return detectCloud(providerIdsAround(seen), clouds)
}

export function providerIdsAround({ allNodes = [] }: Snapshot): string[] {
  return providerIdsOf(allNodes)
}

/** GPUs that the workspace's own pods hold count as free: they are what is planned. */
function nodesAround({ name, allNodes = [], allPods = [] }: Snapshot): NodeFact[] {
  return nodeFacts(allNodes, allPods, name)
}

/** @param asked what flags and files add to it. */
export function planFactsOf(seen: Snapshot, asked: Pick<PlanFacts, 'cloud' | 'ownNodes' | 'engineConfig'>): PlanFacts {
  const { namespace, root, unseen, clusterUid = 'unknown' } = seen
  return {
    ...asked,
    namespace,
    nodes: nodesAround(seen),
    nodesHidden: unseen.has('nodes'),
    isOffline: false,
    clusterUid,
    ...(root === undefined ? {} : { lock: root.state.lock, pools: keptPools(root.state) }),
    ...(root?.state.chosen === undefined ? {} : { chosen: root.state.chosen }),
  }
}

function keptPools(state: RootState): NonNullable<PlanFacts['pools']> {
  return poolsOf(state).map(({ cloud, request: { name, instanceType, labels } }) => ({
    cloud,
    name,
    instanceType,
    labels,
  }))
}

/** As the tags of its node pools in the cloud name it. */
export function ownerOf({ name, namespace, root, clusterUid }: Snapshot): PoolOwner {
  return {
    workspace: name,
    namespace,
    clusterUid: clusterUid ?? root?.state.pool?.request.owner.clusterUid ?? 'unknown',
  }
}

/** Secrets that kaito made for it. */
export function madeSecrets({ root, namespace }: Snapshot): ObjectRef[] {
  return root === undefined ? [] : generatedRefs(root.state.lock, namespace)
}

/** What kaito remembers it by: its revisions, and the root as the last. */
export function recordsOf({ root, revisions }: Snapshot): { revisions: ObjectRef[]; root: ObjectRef | undefined } {
  return { revisions: revisions.map(refOf), root: root === undefined ? undefined : refOf(root.object) }
}
