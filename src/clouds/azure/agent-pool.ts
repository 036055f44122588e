/** Agent pool of the SDK ↔ `NodePool` of kaito, and the difference between what is and what is asked. */
import type { AgentPool } from '@azure/arm-containerservice'
import {
  isSameOwner,
  type NodePool,
  type NodePoolRequest,
  type NodePoolState,
  type Taint,
} from '#core/cloud/node-pool.ts'
import { problemsIn } from './arm-body.ts'
import { ownerOf, tagsOf } from './tags.ts'

const STATES: Readonly<Record<string, NodePoolState>> = {
  Succeeded: 'ready',
  Creating: 'creating',
  Deleting: 'deleting',
  Failed: 'failed',
  Canceled: 'failed',
}

export function toNodePool(pool: AgentPool): NodePool {
  const word = pool.provisioningState ?? 'Unknown'
  const isStopped = word === 'Succeeded' && pool.powerState?.code === 'Stopped'
  const owner = ownerOf(pool.tags)
  const problem = problemsIn(pool.status).at(-1)
  const stopped = isStopped ? 'the pool is stopped' : undefined
  const reason = problem === undefined ? stopped : `${problem.code}: ${problem.message}`
  return {
    id: pool.id ?? '',
    name: pool.name ?? '',
    state: isStopped ? 'failed' : (STATES[word] ?? 'updating'),
    instanceType: pool.vmSize ?? '',
    count: pool.count ?? 0,
    labels: pool.nodeLabels ?? {},
    rawState: isStopped ? `${word} (Stopped)` : word,
    ...(pool.enableAutoScaling === true ? { isAutoscaled: true as const } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** AKS is at work on it: what was asked of it before comes to its end first. */
export function isMoving({ state }: NodePool): boolean {
  return state === 'creating' || state === 'updating'
}

/** `key=value:effect`. A taint without value keeps the form of kubectl, `key:effect`. */
function formatTaint({ key, value, effect }: Taint): string {
  return value === undefined || value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`
}

/** The body of the PUT that makes a pool. The node image is AKS's default. */
export function toAgentPool(request: NodePoolRequest): AgentPool {
  return {
    count: request.count,
    vmSize: request.instanceType,
    mode: 'User',
    osType: 'Linux',
    osDiskSizeGB: request.diskGiB,
    nodeLabels: request.labels,
    nodeTaints: request.taints.map(formatTaint),
    tags: tagsOf(request.owner),
  }
}

/** The body of the PUT that starts or grows a pool. It is never shrunk, and the count of an autoscaled one is not ours. */
export function toChangedPool(seen: AgentPool, request: NodePoolRequest): AgentPool {
  const { count = 0 } = seen
  const wanted = seen.enableAutoScaling === true ? count : Math.max(count, request.count)
  return withCount(seen, wanted)
}

/** All that it has stays, whoever has set it, since a PUT drops what it lacks. */
export function withCount(seen: AgentPool, count: number): AgentPool {
  return { ...settableOf(seen), count, powerState: { code: 'Running' } }
}

/** Without what AKS tells, and nobody sets. */
function settableOf(seen: AgentPool): AgentPool {
  const { status: _status, nodeImageVersion: _image, virtualMachineNodesStatus: _nodes, ...kept } = seen
  return kept
}

export interface Difference {
  field: string
  have: string
  want: string
}

/**
 * The first field in which the pool is not what is asked. The disk is left out: its default may change with a
 * version of kaito, and no workload fails by it. A count that the autoscaler owns is left out too, and so are more nodes
 * than are asked for. The count comes last: of all these it alone can be changed.
 */
export function firstDifference(pool: AgentPool, request: NodePoolRequest): Difference | undefined {
  const owner = ownerOf(pool.tags)
  if (owner === undefined || !isSameOwner(owner, request.owner)) {
    const [have, want] = [formatOwner(owner), formatOwner(request.owner)]
    return { field: 'owner', have, want }
  }
  const size = pool.vmSize ?? ''
  if (size.toLowerCase() !== request.instanceType.toLowerCase()) {
    return { field: 'instanceType', have: size, want: request.instanceType }
  }
  for (const [label, want] of Object.entries(request.labels)) {
    const have = pool.nodeLabels?.[label]
    if (have !== want) return { field: `labels.${label}`, have: have ?? 'nothing', want }
  }
  const missing = request.taints.map(formatTaint).find((taint) => !(pool.nodeTaints ?? []).includes(taint))
  const taints = pool.nodeTaints?.join(',') ?? 'nothing'
  if (missing !== undefined) return { field: 'taints', have: taints, want: missing }
  const { count = 0, enableAutoScaling } = pool
  if (enableAutoScaling === true || count >= request.count) return undefined
  return { field: 'count', have: String(count), want: String(request.count) }
}

function formatOwner(owner: NodePoolRequest['owner'] | undefined): string {
  if (owner === undefined) return 'not kaito'
  return `workspace ${owner.namespace}/${owner.workspace} of cluster ${owner.clusterUid}`
}
