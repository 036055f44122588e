/** What there is of a workspace, from the root, the labels and the cloud's tags: any of them may be missing. */

import type { CloudCluster, CloudPort } from '#clouds/cloud.ts'
import { applySetId, listMembers } from '#cluster/apply/apply-set.ts'
import { advice, kaito } from '#core/advice.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import type { Leftover, NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { formatRef, type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { rootRef } from '#core/objects/labels.ts'
import { isPinned, refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import type { Target } from '#core/results.ts'
import { poolsOf, type RootPool, type RootState } from '#core/state/root.ts'
import { cloudAround, madeSecrets, ownerOf, providerIdsAround, recordsOf } from '#core/status/before-change.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import { appliedBy } from '#core/workload/workload.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Ports } from '../ports.ts'
import { pictureBefore } from './before-change.ts'
import { listRevisions } from './revisions.ts'
import { findRoot } from './root.ts'
import { clusterNames, openCloud, type Placement, targetOf } from './target.ts'

export interface DestroyRequest {
  objectName: string
  placement: Placement
  /** What a file says of it. */
  spec?: WorkspaceSpec
}

/** What a delete is going to remove, and what it keeps. */
export interface Found {
  seen: Snapshot
  target: Target
  members: ObjectRef[]
  pools: NodePool[]
  /** As the catalogue calls it; undefined without a root. */
  model: string | undefined
  /** Of all pools; undefined where the catalogue does not know one of their machines. */
  usdPerHour: number | undefined
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
  const { objectName: name, placement, spec } = request
  const { namespace } = placement
  const seen = await pictureBefore(
    { name, namespace },
    {
      root: findRoot(name, namespace, ports),
      revisions: listRevisions(name, namespace, ports),
      // On one's own nodes nothing outside it is needed; a node pool is more than a namespace.
      isNamespaceEnough: (root) => placement.ownNodes === true || !mayHavePool({ root }, request),
    },
    ports,
  )
  const cloudId = seen.root?.state.pool?.cloud ?? placement.cloud ?? cloudAround(seen, ports.catalog.clouds)
  const [inCloud, members] = await Promise.all([
    mayHavePool(seen, request) ? lookInCloud(seen, cloudId, request, ports) : NO_CLOUD,
    listMembers(ports.kube, applySetId(rootRef(name, namespace)), namespace, seen.root?.object, {
      kinds: appliedBy(ports.workloads),
      signal: ports.signal,
    }),
  ])
  const { cloud, cluster, pools, leftovers, isUnsupported } = inCloud
  const target = targetOf(namespace, cloudId, cluster, ports)
  if (spec !== undefined) refuseOtherCluster(spec, clusterNames(target, ownerOf(seen).clusterUid, cluster))
  const found: Found = {
    seen,
    target,
    members: [...members.map(refOf), ...(await existing(madeSecrets(seen), ports))],
    pools,
    model: modelIn(seen.root?.state, ports),
    usdPerHour: priceOf(pools, cloudId, ports),
    leftovers,
    isCloudUnsupported: isUnsupported,
    kept: await existing(seen.root?.state.companions ?? [], ports),
  }
  return { found, cloud }
}

/** Where nothing is known of it, a pool may have been made before its root was. */
function mayHavePool({ root }: Pick<Snapshot, 'root'>, { placement, spec }: DestroyRequest): boolean {
  const isPinnedHere = spec !== undefined && isPinned(spec)
  return root?.state.pool !== undefined || (!placement.ownNodes && (root === undefined || isPinnedHere))
}

function modelIn(state: RootState | undefined, { catalog }: Ports): string | undefined {
  const modelId = state?.lock.modelId
  return modelId === undefined ? undefined : (catalog.models.find(modelId)?.name ?? modelId)
}

function priceOf(pools: readonly NodePool[], cloud: CloudId | undefined, { catalog }: Ports): number | undefined {
  const prices = pools.map(({ instanceType, count }) => {
    const each = cloud === undefined ? undefined : catalog.machines.find(instanceType, cloud)?.usdPerHour
    return each === undefined ? undefined : each * count
  })
  return prices.includes(undefined) ? undefined : prices.reduce<number>((sum, price) => sum + (price ?? 0), 0)
}

interface InCloud {
  cloud: CloudPort | undefined
  cluster: CloudCluster | undefined
  pools: NodePool[]
  leftovers: Leftover[]
  isUnsupported: boolean
}

const NO_CLOUD: InCloud = { cloud: undefined, cluster: undefined, pools: [], leftovers: [], isUnsupported: false }

/** A pool that the root names is there until the cloud says otherwise: a cloud that cannot be asked is no such word. */
async function lookInCloud(
  seen: Snapshot,
  cloudId: CloudId | undefined,
  request: DestroyRequest,
  ports: Ports,
): Promise<InCloud> {
  const [first, ...leaving] = poolsOf(seen.root?.state ?? {})
  const named = first === undefined ? undefined : ([first, ...leaving] as const)
  const owner = ownerOf(seen)
  try {
    const cloud = await openCloud(cloudId, providerIdsAround(seen), request.placement, ports)
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
  [
    {
      name,
      cloud,
      request: { count, instanceType },
    },
    ...leaving
  ]: readonly [RootPool, ...RootPool[]],
  { objectName, placement: { namespace } }: DestroyRequest,
  cause: KaitoError | undefined,
): KaitoError {
  const others = leaving.map((pool) => pool.name)
  const again = kaito('delete', { workspace: objectName, namespace, settings: { yes: true, clusterResource: 'ID' } })
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `The node pool ${name} (${count} × ${instanceType}) of this workspace may still be there and bill: kaito cannot ask ${cloud} about it. Nothing was deleted.`,
    reason: cause === undefined ? `no node of this cluster is a machine of ${cloud}` : (cause.reason ?? cause.message),
    details: [name, ...others].map((each) => `NodePool/${each}`),
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
  const { root } = recordsOf(found.seen)
  return [
    ...found.members.map(formatRef),
    ...found.pools.map(({ name }) => `NodePool/${name}`),
    ...found.leftovers.map(({ kind, name }) => `${kind}/${name}`),
    ...(root === undefined ? [] : [formatRef(root)]),
  ]
}
