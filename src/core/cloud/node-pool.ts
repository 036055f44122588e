/** Node pools as every cloud understands them, whatever it calls them. */

export interface Taint {
  key: string
  value?: string | undefined
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

/** Who a pool belongs to. Encoded into tags and labels by one pure function per cloud. */
export interface PoolOwner {
  workspace: string
  namespace: string
  /** The UID of the cluster's kube-system namespace: names the cluster whatever its context is called. */
  clusterUid: string
}

export function isSameOwner(one: PoolOwner, other: PoolOwner): boolean {
  return one.workspace === other.workspace && one.namespace === other.namespace && one.clusterUid === other.clusterUid
}

/** What the pool is to be. Equal requests are the same pool: creating twice is a no-op. */
export interface NodePoolRequest {
  /** Legal on every cloud; derived from owner by `poolNameFor`. */
  name: string
  owner: PoolOwner
  instanceType: string
  /** Nodes, not GPUs. */
  count: number
  /** OS disk, GiB. */
  diskGiB: number
  labels: Record<string, string>
  taints: Taint[]
}

export type NodePoolState = 'creating' | 'ready' | 'updating' | 'deleting' | 'failed'

/** A pool as the cloud reports it. */
export interface NodePool {
  /** The provider's full id. */
  id: string
  name: string
  state: NodePoolState
  instanceType: string
  count: number
  /** The cloud's autoscaler owns the count. */
  isAutoscaled?: true
  labels: Record<string, string>
  /** Absent when the pool carries none of our tags: then it is not ours to change or delete. */
  owner?: PoolOwner
  /** The provider's own state word and, when failed, its own reason. */
  rawState: string
  reason?: string
}

/** What of a pool would go on billing when the pool itself is gone. */
export interface Leftover {
  /** In the provider's words: a launch template, a disk. */
  kind: string
  id: string
  name: string
}
