/**
 * The port that every cloud implements. Nothing outside `clouds/<x>` knows an SDK. Every method throws
 * `KaitoError` with one of the portable codes: UNAUTHENTICATED PERMISSION_DENIED NOT_FOUND CONFLICT
 * INVALID_ARGUMENT QUOTA_EXCEEDED CAPACITY_UNAVAILABLE THROTTLED UNAVAILABLE UNKNOWN, with the provider's raw
 * body in `raw` and its code and words in `reason`.
 */
import type { CloudId, NodePool, NodePoolRequest, PoolOwner } from '#core/cloud/node-pool.ts'

export interface CloudCluster {
  cloud: CloudId
  name: string
  /** Region as the cloud spells it: `eastus2`, `us-east-1`, `us-central1`. */
  region: string
  kubernetesVersion: string
  /** The provider's state word, and whether pools can be changed now. */
  state: string
  isBusy: boolean
  /** Shown before a change: subscription and resource group, account, or project. */
  account: string
}

/** One step of a long-running operation, reported as it happens. */
export interface PoolProgress {
  state: 'submitted' | 'running' | 'done'
  /** Enough for a new process to follow the same operation; store it before going on. */
  token: string | undefined
  /** The provider's own state word, for people. */
  rawState: string
}

export interface PoolOperationOptions {
  signal: AbortSignal
  /** Token of an operation that an earlier process started, if any. A stale or foreign one is ignored. */
  resumeToken?: string
  /** Awaited before polling goes on, so that the token is durable first. */
  onProgress(progress: PoolProgress): Promise<void>
}

export interface CloudPort {
  readonly cloud: CloudId
  describeCluster(signal: AbortSignal): Promise<CloudCluster>
  getNodePool(name: string, signal: AbortSignal): Promise<NodePool | undefined>
  /** Every pool of the cluster that carries kaito's tags (of `owner`, when given). */
  listOwnedPools(signal: AbortSignal, owner?: PoolOwner): Promise<NodePool[]>
  /**
   * Create if absent, adopt if present and equal, follow if it is being made. CONFLICT when a pool of that name has
   * another owner or another instance type, naming the field.
   */
  ensureNodePool(request: NodePoolRequest, options: PoolOperationOptions): Promise<NodePool>
  /** Delete and follow until the cloud says it is gone. Deleting what is not there succeeds. */
  deleteNodePool(name: string, options: PoolOperationOptions): Promise<void>
}
