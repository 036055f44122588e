/**
 * The port that every cloud implements. Nothing outside `clouds/<x>` knows an SDK. No method waits for a state: each
 * ends with the answer to its own request, retries with backoff included. Every method throws `KaitoError` with one of
 * the portable codes: UNAUTHENTICATED PERMISSION_DENIED NOT_FOUND CONFLICT INVALID_ARGUMENT QUOTA_EXCEEDED
 * CAPACITY_UNAVAILABLE THROTTLED UNAVAILABLE UNKNOWN, with the provider's raw body in `raw` and its code and words in
 * `reason`.
 */
import type { CloudId } from '#core/cloud/ids.ts'
import type { Leftover, NodePool, NodePoolRequest, PoolOwner } from '#core/cloud/node-pool.ts'
import type { KaitoError } from '#core/errors.ts'

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

export type CloudChange =
  /**
   * Create if absent, adopt if present and equal, give it the nodes that it lacks. CONFLICT when a pool of that name has
   * another owner, or differs in what cannot be changed, naming the field. The same fingerprint is the same request, for
   * clouds that take such a thing.
   */
  | { kind: 'ensure'; request: NodePoolRequest; fingerprint: string }
  /**
   * Take away these machines of the pool, and no other. CONFLICT when the pool is not kaito's, or when an autoscaler has the
   * count. Those that are gone already are none.
   */
  | { kind: 'shrink'; name: string; machines: readonly string[] }
  /** CONFLICT when the pool is not kaito's. */
  | { kind: 'delete'; name: string }

/** What the cloud made of a change. */
export type Submitted = {
  /** The cloud's own word for what was asked of it; absent when nothing was. */
  rawState?: string
  /** Enough for a new process to follow the same operation: store it before going on. Not every cloud has such. */
  token?: string
} & (
  | { outcome: 'created' | 'scaling' | 'shrinking' | 'gone' }
  /** It is as it was asked for. */
  | { outcome: 'adopted'; pool: NodePool }
  /** Something changes the pool already: if it is not this very change, submit it again when that has ended. */
  | { outcome: 'following' }
  /** It is going, whoever has asked for that. */
  | { outcome: 'deleting' }
  /** Nothing came of it: the cloud is at something else in this cluster. Submit it again when it has rested that long. */
  | { outcome: 'busy'; retryAfterMs: number; failure: KaitoError }
)

/** One machine of a pool, in the cluster or not yet. */
export interface PoolMachine {
  /** As `shrink` takes it. */
  name: string
  /** As its node has it; clouds compare it without case. */
  providerId: string
}

/** Its machines are named in the words of a failure. */
export type PoolInQuestion = Pick<NodePool, 'name' | 'instanceType'>

/** What changes a pool. `rawState` is the provider's own word, `retryAfterMs` how long it wants to be left alone. */
export type Operation = { rawState: string; retryAfterMs: number } & (
  | { state: 'running' }
  /** Nothing changes it any more. */
  | { state: 'done'; pool: NodePool }
  | { state: 'failed'; failure: KaitoError }
  /** There is no such pool; the failure is for whoever wanted it. */
  | { state: 'gone'; failure: KaitoError }
)

export interface CloudPort {
  readonly id: CloudId
  describeCluster(signal: AbortSignal): Promise<CloudCluster>
  /** Every pool of the cluster that carries kaito's tags (of `owner`, when given). */
  listPools(signal: AbortSignal, owner?: PoolOwner): Promise<NodePool[]>
  getPool(name: string, signal: AbortSignal): Promise<NodePool | undefined>
  /** Those that the pool bills for now; none where there is no such pool. */
  machines(pool: string, signal: AbortSignal): Promise<PoolMachine[]>
  submit(change: CloudChange, signal: AbortSignal): Promise<Submitted>
  /**
   * One look at what is changing the pool: at the operation of the token, else at the pool itself. A token that is stale,
   * foreign or tampered with is ignored.
   */
  poll(pool: PoolInQuestion, token: string | undefined, signal: AbortSignal): Promise<Operation>
  /** What a pool of this cloud leaves behind; absent where the cloud takes all of it away with the pool. */
  leftovers?: {
    find(owner: PoolOwner, signal: AbortSignal): Promise<Leftover[]>
    /** Of a pool that is gone. What is not there any more is removed. */
    remove(leftover: Leftover, signal: AbortSignal): Promise<void>
  }
}
