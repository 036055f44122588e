/** Plan → a node pool that the cloud calls ready. */
import type { CloudPort, Submitted } from '#clouds/cloud.ts'
import { isSameOwner, type NodePool, type NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import { fingerprintOf } from '#core/placement/pool-request.ts'
import type { Ports } from '../ports.ts'
import { type Ended, followOperation } from './follow-operation.ts'

export type CreateDecision = Extract<PoolDecision, { mode: 'create' }>

/** Somebody may delete the pool while this run makes it; three times is more than chance. */
const ROUNDS = 3

/** What is known before it is asked for. */
interface KnownPool {
  request: NodePoolRequest
  live: NodePool | undefined
  /** Of the operation that an earlier run left behind. */
  token: string | undefined
}

/** `due`: it has to be submitted, again. */
type PoolStanding = { is: 'done'; pool: NodePool } | { is: 'due' } | { is: 'hopeless'; error: KaitoError }

/** Creates, adopts or resumes the pool. `onTaken` stores the operation's token before it is followed. */
export async function ensurePool(
  { request, live, token }: KnownPool,
  cloud: CloudPort,
  onTaken: (token: string | undefined) => Promise<void>,
  ports: Pick<Ports, 'clock' | 'signal' | 'emit'>,
): Promise<NodePool> {
  const tell = (state: string): void =>
    ports.emit({ type: 'step.progress', phase: 'provision', subject: `node pool ${request.name}`, state })
  const { signal } = ports
  const change = { kind: 'ensure', request, fingerprint: fingerprintOf(request) } as const
  if (live !== undefined && isToChange(live, request)) tell(`${live.rawState} ${live.reason ?? ''}`.trim())
  for (let round = 1; round <= ROUNDS; round++) {
    const submitted = await cloud.submit(change, signal)
    if (submitted.rawState !== undefined) tell(submitted.rawState)
    if (submitted.outcome === 'adopted') return submitted.pool
    if (submitted.outcome === 'created' || submitted.outcome === 'scaling') await onTaken(submitted.token)
    // Of an operation that an earlier run began, the token that it left is the best way to follow it.
    const followed = submitted.outcome === 'following' ? token : submitted.token
    const standing = judgePool(request, submitted, await followOperation(request, followed, cloud, tell, ports))
    if (standing.is === 'hopeless') throw standing.error
    if (standing.is === 'due') continue
    tell(standing.pool.rawState)
    return standing.pool
  }
  throw keepsChanging(request)
}

/** It failed before this run, and is asked for again; or it is to have more nodes. */
function isToChange(live: NodePool, { count }: NodePoolRequest): boolean {
  return live.state === 'failed' || (live.state === 'ready' && !hasNodes(live, count))
}

/** @param ended what was followed since it was submitted. */
export function judgePool(
  request: NodePoolRequest,
  { outcome }: Pick<Submitted, 'outcome'>,
  ended: Ended,
): PoolStanding {
  if (outcome === 'deleting') return { is: 'due' }
  if (ended.state !== 'done') return { is: 'hopeless', error: ended.failure }
  return isAsAsked(ended.pool, request) ? { is: 'done', pool: ended.pool } : { is: 'due' }
}

/** What is not, the cloud changes when it is asked again, or says why it cannot. */
function isAsAsked(pool: NodePool, { owner, instanceType, labels, count }: NodePoolRequest): boolean {
  const isOurs = pool.owner !== undefined && isSameOwner(pool.owner, owner)
  const isLabelled = Object.entries(labels).every(([key, value]) => pool.labels[key] === value)
  const isOfType = pool.instanceType.toLowerCase() === instanceType.toLowerCase()
  return isOurs && isLabelled && isOfType && hasNodes(pool, count)
}

function hasNodes(pool: NodePool, count: number): boolean {
  return pool.isAutoscaled === true || pool.count >= count
}

function keepsChanging({ name }: NodePoolRequest): KaitoError {
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `The node pool ${name} keeps changing under kaito's hands: someone else makes and deletes it`,
    hint: 'See in the cloud who does, then run the same command again.',
    retryable: 'later',
    resource: { kind: 'NodePool', name },
  })
}
