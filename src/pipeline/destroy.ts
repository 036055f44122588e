/** Takes a workspace away and proves it: workload, node pool, root, and what the cloud and the cluster say afterwards. */
import type { CloudPort } from '#clouds/cloud.ts'
import { KaitoError } from '#core/errors.ts'
import { formatRef, type KubeObject, type ObjectRef, refOf } from '#core/kube-object.ts'
import type { NodePool } from '#core/node-pool.ts'
import { isPinned, refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import type { DeleteResult, ObjectChange, PoolChange, Target } from '#core/results.ts'
import { generatedRefs } from '#core/state/generated.ts'
import { type RootState, rootRef } from '#core/state/root.ts'
import { detectCloud, nodeFacts } from '#core/status/nodes.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import { applySetId, listMembers } from '#kube/apply-set.ts'
import { inPhase } from './budget.ts'
import { announceTarget, clusterNames, findRoot, openCloud, type Placement, readClusterUid, targetOf } from './facts.ts'
import { awaitGone } from './gone.ts'
import { leaseName, withLock } from './lock.ts'
import { ifPermitted } from './permitted.ts'
import type { Ports } from './ports.ts'
import { listRevisions } from './revision.ts'

export interface DestroyRequest {
  objectName: string
  placement: Placement
  /** What a file says of it. */
  spec?: WorkspaceSpec
}

export interface DestroyOptions {
  waitLock: boolean
  confirm(found: Found): Promise<void>
}

/** What a delete is going to remove, and what it keeps. */
export interface Found {
  target: Target
  objectName: string
  members: ObjectRef[]
  revisions: ObjectRef[]
  root: ObjectRef | undefined
  pool: NodePool | undefined
  kept: ObjectRef[]
  state: RootState | undefined
}

export async function destroy(request: DestroyRequest, options: DestroyOptions, ports: Ports): Promise<DeleteResult> {
  const start = ports.clock.now().getTime()
  const { objectName, placement } = request
  const { namespace } = placement
  const { found, cloud } = await inPhase(ports, 'plan', 'look', () => look(request, ports))
  announceTarget(found.target, ports)
  await options.confirm(found)
  const changes: ObjectChange[] = []
  const pool = await withLock({ objectName, namespace, wait: options.waitLock }, ports, async (locked) => {
    changes.push(...(await inPhase(locked, 'destroy', 'workload', () => deleteAll(found.members, locked))))
    const gone = await removePool(found, cloud, locked)
    await inPhase(locked, 'destroy', 'verify gone', () => awaitGone(objectName, namespace, found, locked))
    changes.push(...(await deleteAll([...found.revisions, ...(found.root === undefined ? [] : [found.root])], locked)))
    return gone
  })
  const lease: ObjectRef = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: leaseName(objectName),
    namespace,
  }
  await ports.kube.delete(lease, { signal: ports.signal })
  for (const ref of found.kept) changes.push({ ref, change: 'kept' })
  return {
    kind: 'Delete',
    target: found.target,
    workspace: objectName,
    pool,
    changes,
    elapsedMs: ports.clock.now().getTime() - start,
  }
}

/** Everything of the workspace, from the root, the labels and the cloud's tags: any of them may be missing. */
async function look(request: DestroyRequest, ports: Ports): Promise<{ found: Found; cloud: CloudPort | undefined }> {
  const { objectName, placement, spec } = request
  const { namespace } = placement
  const optional = <T>(read: Promise<T>): Promise<T | undefined> => (placement.ownNodes ? ifPermitted(read) : read)
  const [root, clusterUid = 'unknown', nodes = [], revisions] = await Promise.all([
    findRoot(objectName, namespace, ports),
    optional(readClusterUid(ports)),
    optional(ports.kube.list({ apiVersion: 'v1', kind: 'Node' }, { signal: ports.signal })),
    listRevisions(objectName, namespace, ports),
  ])
  const providerIds = nodeFacts(nodes, []).map((node) => node.providerId)
  const cloudId = root?.state.pool?.cloud ?? placement.cloud ?? detectCloud(providerIds)
  const isPinnedHere = spec !== undefined && isPinned(spec)
  const usesCloud = !placement.ownNodes && (root === undefined || root.state.pool !== undefined || isPinnedHere)
  const cloud = usesCloud ? await openCloud(cloudId, providerIds, placement, ports) : undefined
  const owner = { workspace: objectName, namespace, clusterUid }
  const [pools, members, cluster] = await Promise.all([
    cloud?.listOwnedPools(ports.signal, owner) ?? [],
    listMembers(ports.kube, applySetId(rootRef(objectName, namespace)), namespace, root?.object, {
      signal: ports.signal,
    }),
    cloud?.describeCluster(ports.signal),
  ])
  const target = targetOf(namespace, cloudId, cluster, ports)
  if (spec !== undefined) refuseOtherCluster(spec, clusterNames(target, clusterUid, cluster))
  const made = root === undefined ? [] : generatedRefs(root.state.lock, namespace)
  const found: Found = {
    target,
    objectName,
    members: [...members.map(refOf), ...(await existing(made, ports))],
    revisions: revisions.map(refOf),
    root: root === undefined ? undefined : refOf(root.object),
    pool: pools[0],
    kept: await existing(root?.state.companions ?? [], ports),
    state: root?.state,
  }
  return { found, cloud }
}

async function existing(refs: readonly ObjectRef[], ports: Ports): Promise<ObjectRef[]> {
  const objects = await Promise.all(refs.map((ref) => ports.kube.get(ref, ports.signal)))
  return objects.filter((o): o is KubeObject => o !== undefined).map(refOf)
}

async function deleteAll(refs: readonly ObjectRef[], ports: Ports): Promise<ObjectChange[]> {
  const changes: ObjectChange[] = []
  for (const ref of refs) {
    if (!(await ports.kube.delete(ref, { signal: ports.signal }))) continue
    changes.push({ ref, change: 'deleted' })
    ports.emit({ type: 'object.applied', phase: 'destroy', object: ref, change: 'deleted' })
  }
  return changes
}

async function removePool(found: Found, cloud: CloudPort | undefined, ports: Ports): Promise<PoolChange | undefined> {
  const { pool } = found
  if (pool === undefined || cloud === undefined) return undefined
  return inPhase(ports, 'destroy', 'node pool', async () => {
    try {
      await cloud.deleteNodePool(pool.name, {
        signal: ports.signal,
        onProgress: async ({ rawState }) =>
          ports.emit({ type: 'step.progress', phase: 'destroy', subject: `node pool ${pool.name}`, state: rawState }),
      })
    } catch (error) {
      throw leftover(pool, found, error, ports)
    }
    const still = await cloud.getNodePool(pool.name, ports.signal)
    if (still !== undefined) throw leftover(still, found, undefined, ports)
    return { name: pool.name, change: 'deleted' }
  })
}

/** Whatever went wrong: what matters to the user is that this pool still bills. */
function leftover(pool: NodePool, found: Found, cause: unknown, ports: Ports): unknown {
  if (ports.signal.aborted) return ports.signal.reason
  const { namespace } = found.target
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `The node pool ${pool.name} (${pool.count} × ${pool.instanceType}) is still there and still bills.`,
    reason:
      cause instanceof KaitoError
        ? (cause.reason ?? cause.message)
        : cause === undefined
          ? `state ${pool.rawState}`
          : String(cause),
    details: [`NodePool/${pool.name} ${pool.id}`],
    hint: `Run the same command again: kaito delete ${found.objectName} -n ${namespace} --yes`,
    retryable: 'later',
    resource: { kind: 'NodePool', name: pool.name },
    raw: cause instanceof KaitoError ? cause.raw : undefined,
    cause,
  })
}

/** For the question before a delete. */
export function describeFound(found: Found): string[] {
  return [
    ...found.members.map(formatRef),
    ...(found.pool === undefined ? [] : [`NodePool/${found.pool.name}`]),
    ...(found.root === undefined ? [] : [formatRef(found.root)]),
  ]
}
