/** A look at one pool, and a change asked of it: each ends with Azure's answer. */
import type { AgentPool } from '@azure/arm-containerservice'
import { advice, other } from '#core/advice.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import type { Submitted } from '../cloud.ts'
import { toNodePool } from './agent-pool.ts'
import { type AksContext, type CallSubject, callAzure } from './context.ts'
import { errorFromBody, isBusy } from './errors.ts'

/** What of the SDK's poller is used here. */
interface Poller {
  submitted(): Promise<void>
  serialize(): Promise<string>
}

/** One call about one pool, and the cluster it is in. */
export interface PoolCall {
  context: AksContext
  subject: CallSubject & { pool: string }
}

/** The pool now; undefined when Azure says that there is none. */
export async function readPool({ context, subject }: PoolCall): Promise<AgentPool | undefined> {
  const { client, resourceGroup, cluster } = context
  try {
    return await callAzure(subject, context, () =>
      client.agentPools.get(resourceGroup, cluster, subject.pool, { abortSignal: subject.signal }),
    )
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND') && isPoolMissing(error)) return undefined
    throw error
  }
}

/** A missing group or cluster is an error, only a missing pool is an answer. */
function isPoolMissing({ reason = '' }: KaitoError): boolean {
  return !/^(ResourceGroupNotFound|ParentResourceNotFound|SubscriptionNotFound)/i.test(reason)
}

/** Sends the request; the answer is the token of its operation. */
export function submitTo({ context, subject }: PoolCall, open: () => Poller): Promise<string> {
  return callAzure(subject, context, async () => {
    const poller = open()
    await poller.submitted()
    return poller.serialize()
  })
}

/** What has to be so for a PUT to be taken. */
interface Condition {
  ifNoneMatch?: string
  ifMatch?: string
}

export function ifUnchanged({ eTag }: AgentPool): Condition {
  return eTag === undefined ? {} : { ifMatch: eTag }
}

export function putPool(body: AgentPool, condition: Condition, call: PoolCall): Promise<string> {
  const { client, resourceGroup, cluster } = call.context
  const { pool, signal } = call.subject
  const options = { ...condition, abortSignal: signal }
  return submitTo(call, () => client.agentPools.createOrUpdate(resourceGroup, cluster, pool, body, options))
}

/** AKS may refuse to change a pool while it makes or changes something else of the same cluster. */
export function busyOr(error: unknown, { context }: PoolCall): Submitted {
  if (!isBusy(error)) throw error
  return { outcome: 'busy', retryAfterMs: context.pollIntervalMs, failure: error }
}

/** The pool's own account of its failure, judged like any other body of Azure. */
export function errorFromPool(pool: AgentPool, { context, subject }: PoolCall): KaitoError {
  const { reason, rawState }: NodePool = toNodePool(pool)
  const told = pool.status?.provisioningError
  const message = `the pool is in state ${rawState}${reason === undefined ? '' : `: ${reason}`}`
  const body = told === undefined ? { error: { code: '', message } } : { error: told }
  return errorFromBody(body, undefined, { ...context, ...subject })
}

/** @param left what kaito does not do to it. */
export function notOurs({ context, subject }: PoolCall, left: string): KaitoError {
  const { resourceGroup, cluster } = context
  return new KaitoError({
    code: 'CONFLICT',
    phase: subject.phase,
    message: `The node pool ${subject.pool} does not carry kaito's tags, so kaito ${left}`,
    reason: 'owner: not kaito',
    hint: advice`Look at it: ${other('az', 'aks', 'nodepool', 'show', '-g', resourceGroup, '--cluster-name', cluster, '-n', subject.pool, '--query', 'tags')}`,
    details: ['owner'],
    resource: { kind: 'AgentPool', name: subject.pool },
  })
}
