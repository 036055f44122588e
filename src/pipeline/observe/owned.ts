/** What there is of a workspace, from the root, the labels and the cloud's tags: any of them may be missing. */

import type { CloudCluster, CloudPort } from '#clouds/cloud.ts'
import { applySetId, listMembers } from '#cluster/apply/apply-set.ts'
import { advice, kaito } from '#core/advice.ts'
import { detectCloud } from '#core/cloud/detect.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import type { Leftover, NodePool, PoolOwner } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { formatRef, type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { rootRef } from '#core/objects/labels.ts'
import { isPinned, refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import type { Target } from '#core/results.ts'
import { generatedRefs } from '#core/state/own-secrets.ts'
import type { RootState } from '#core/state/root.ts'
import { nodeFacts } from '#core/status/nodes.ts'
import { appliedBy } from '#core/workload/workload.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Ports } from '../ports.ts'
import { ifPermitted } from './if-permitted.ts'
import { listRevisions } from './revisions.ts'
import { findRoot } from './root.ts'
import { clusterNames, openCloud, type Placement, readClusterUid, targetOf } from './target.ts'

export interface DestroyRequest {
  objectName: string
  placement: Placement
  /** What a file says of it. */
  spec?: WorkspaceSpec
}

/** What a delete is going to remove, and what it keeps. */
export interface Found {
  target: Target
  objectName: string
  members: ObjectRef[]
  revisions: ObjectRef[]
  root: ObjectRef | undefined
  pools: NodePool[]
  owner: PoolOwner
  /** Of pools, those included that are gone. */
  leftovers: Leftover[]
  /** kaito makes no pools there, and none was looked for. */
  isCloudUnsupported: boolean
  kept: ObjectRef[]
}

export async function lookFor(
  request: DestroyRequest,
  ports: Ports,
): Promise<{ found: Found; cloud: CloudPort | undefined }> {
  const { objectName, placement, spec } = request
  const { namespace } = placement
  const optional = <T>(read: Promise<T>): Promise<T | undefined> => (placement.ownNodes ? ifPermitted(read) : read)
  const [root, clusterUid, nodes = [], revisions] = await Promise.all([
    findRoot(objectName, namespace, ports),
    optional(readClusterUid(ports)),
    optional(ports.kube.list(KINDS.node, { signal: ports.signal })),
    listRevisions(objectName, namespace, ports),
  ])
  const named = root?.state.pool
  const providerIds = nodeFacts(nodes, []).map((node) => node.providerId)
  const cloudId = named?.cloud ?? placement.cloud ?? detectCloud(providerIds, ports.catalog.clouds)
  const owner = {
    workspace: objectName,
    namespace,
    clusterUid: clusterUid ?? named?.request.owner.clusterUid ?? 'unknown',
  }
  const isPinnedHere = spec !== undefined && isPinned(spec)
  const mayHavePool = named !== undefined || (!placement.ownNodes && (root === undefined || isPinnedHere))
  const [inCloud, members] = await Promise.all([
    mayHavePool ? lookInCloud({ named, cloudId, providerIds, owner }, request, ports) : NO_CLOUD,
    listMembers(ports.kube, applySetId(rootRef(objectName, namespace)), namespace, root?.object, {
      kinds: appliedBy(ports.workloads),
      signal: ports.signal,
    }),
  ])
  const target = targetOf(namespace, cloudId, inCloud.cluster, ports)
  if (spec !== undefined) refuseOtherCluster(spec, clusterNames(target, owner.clusterUid, inCloud.cluster))
  const made = root === undefined ? [] : generatedRefs(root.state.lock, namespace)
  const found: Found = {
    target,
    objectName,
    members: [...members.map(refOf), ...(await existing(made, ports))],
    revisions: revisions.map(refOf),
    root: root === undefined ? undefined : refOf(root.object),
    pools: inCloud.pools,
    owner,
    leftovers: inCloud.leftovers,
    isCloudUnsupported: inCloud.isUnsupported,
    kept: await existing(root?.state.companions ?? [], ports),
  }
  return { found, cloud: inCloud.cloud }
}

interface InCloud {
  cloud: CloudPort | undefined
  cluster: CloudCluster | undefined
  pools: NodePool[]
  leftovers: Leftover[]
  isUnsupported: boolean
}

const NO_CLOUD: InCloud = { cloud: undefined, cluster: undefined, pools: [], leftovers: [], isUnsupported: false }

interface CloudQuestion {
  named: RootState['pool']
  cloudId: CloudId | undefined
  providerIds: readonly string[]
  owner: PoolOwner
}

/** A pool that the root names is there until the cloud says otherwise: a cloud that cannot be asked is no such word. */
async function lookInCloud(question: CloudQuestion, request: DestroyRequest, ports: Ports): Promise<InCloud> {
  const { named, cloudId, providerIds, owner } = question
  try {
    const cloud = await openCloud(cloudId, providerIds, request.placement, ports)
    if (cloud === undefined) {
      if (named !== undefined) throw unseen(named, request, undefined)
      return NO_CLOUD
    }
    const [pools, cluster, leftovers] = await Promise.all([
      cloud.listPools(ports.signal, owner),
      cloud.describeCluster(ports.signal),
      cloud.leftovers?.find(owner, ports.signal) ?? [],
    ])
    return { cloud, cluster, pools, leftovers, isUnsupported: false }
  } catch (error) {
    ports.signal.throwIfAborted()
    if (!(error instanceof KaitoError) || error.code === 'LEFTOVERS') throw error
    if (named !== undefined) throw unseen(named, request, error)
    if (error.code === 'POOLS_UNSUPPORTED') return { ...NO_CLOUD, isUnsupported: true }
    throw error
  }
}

function unseen(
  { name, cloud, request: { count, instanceType } }: NonNullable<RootState['pool']>,
  { objectName, placement: { namespace } }: DestroyRequest,
  cause: KaitoError | undefined,
): KaitoError {
  const again = kaito('delete', { workspace: objectName, namespace, settings: { yes: true, clusterResource: 'ID' } })
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `The node pool ${name} (${count} × ${instanceType}) of this workspace may still be there and bill: ${cloud} cannot be asked for it. Nothing was deleted.`,
    reason: cause === undefined ? `no node of this cluster is a machine of ${cloud}` : (cause.reason ?? cause.message),
    details: [`NodePool/${name}`],
    hint: cause === undefined ? advice`Name the cluster by its id in the cloud: ${again}` : cause.hint,
    retryable: 'later',
    resource: { kind: 'NodePool', name },
    raw: cause?.raw,
    cause,
  })
}

async function existing(refs: readonly ObjectRef[], ports: Ports): Promise<ObjectRef[]> {
  const objects = await Promise.all(refs.map((ref) => ports.kube.get(ref, ports.signal)))
  return objects.filter((o): o is KubeObject => o !== undefined).map(refOf)
}

/** There is something that nobody was asked about. */
export function isMore(found: Found, confirmed: Found): boolean {
  const known = new Set(describeFound(confirmed))
  return describeFound(found).some((thing) => !known.has(thing))
}

/** For the question before a delete. */
export function describeFound(found: Found): string[] {
  return [
    ...found.members.map(formatRef),
    ...found.pools.map(({ name }) => `NodePool/${name}`),
    ...found.leftovers.map(({ kind, name }) => `${kind}/${name}`),
    ...(found.root === undefined ? [] : [formatRef(found.root)]),
  ]
}
