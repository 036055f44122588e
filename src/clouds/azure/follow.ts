/** Follows an operation on a pool to its end: by the operation itself, or by the pool's own state. */
import { type AgentPool, restorePoller } from '@azure/arm-containerservice'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { sleep } from '#std/sleep.ts'
import type { PoolOperationOptions, PoolProgress } from '../cloud.ts'
import { toNodePool } from './agent-pool.ts'
import type { Capture } from './capture.ts'
import { type AksContext, type CallSubject, callAzure } from './context.ts'
import { errorFromBody } from './errors.ts'
import { isUsableToken } from './resume.ts'

/** What of the SDK's poller is used here. */
export interface Poller {
  readonly isDone: boolean
  submitted(): Promise<void>
  serialize(): Promise<string>
  poll(options: { abortSignal: AbortSignal }): Promise<unknown>
}

/** One operation on one pool, and the context it runs in. */
export interface PoolRun {
  context: AksContext
  subject: CallSubject & { pool: string }
  options: PoolOperationOptions
}

/** The pool now; undefined when Azure says that there is none. */
export async function readPool({ context, subject }: Omit<PoolRun, 'options'>): Promise<AgentPool | undefined> {
  const { client, resourceGroup, cluster } = context
  try {
    return await callAzure(subject, context, () =>
      client.agentPools.get(resourceGroup, cluster, subject.pool, { abortSignal: subject.signal }),
    )
  } catch (error) {
    if (error instanceof KaitoError && error.code === 'NOT_FOUND' && isPoolMissing(error)) return undefined
    throw error
  }
}

/** A missing group or cluster is an error, only a missing pool is an answer. */
function isPoolMissing({ reason = '' }: KaitoError): boolean {
  return !/^(ResourceGroupNotFound|ParentResourceNotFound|SubscriptionNotFound)/i.test(reason)
}

/** Submits, hands the token over, then polls to the end. Every failure carries Azure's own body. */
export function followPoller(run: PoolRun, open: () => Poller): Promise<void> {
  const { context, subject, options } = run
  return callAzure(subject, context, async (capture) => {
    const poller = open()
    await poller.submitted()
    const token = await poller.serialize()
    await options.onProgress({ state: 'submitted', token, rawState: 'Accepted' })
    await pollToEnd(poller, token, run, capture)
  })
}

async function pollToEnd(poller: Poller, token: string, run: PoolRun, capture: Capture): Promise<void> {
  const { context, subject, options } = run
  while (!poller.isDone) {
    await poller.poll({ abortSignal: subject.signal })
    if (poller.isDone) return
    await options.onProgress({ state: 'running', token, rawState: 'InProgress' })
    await sleep(capture.retryAfterMs ?? context.pollIntervalMs, subject.signal)
  }
}

/**
 * Goes on with the operation that the token names. False when the token is stale, foreign or tampered with: then
 * the pool's state has to be followed instead.
 */
export async function followToken(run: PoolRun, method: 'PUT' | 'DELETE'): Promise<boolean> {
  const { context, subject, options } = run
  const { resumeToken } = options
  if (resumeToken === undefined || !isUsableToken(resumeToken, method, subject.pool, context)) return false
  const { client } = context
  try {
    await callAzure(subject, context, async (capture) => {
      const poller: Poller =
        method === 'PUT'
          ? restorePoller(client, resumeToken, client.agentPools.createOrUpdate)
          : restorePoller(client, resumeToken, client.agentPools.delete)
      await pollToEnd(poller, resumeToken, run, capture)
    })
    return true
  } catch (error) {
    // ARM forgets operations after some days.
    if (error instanceof KaitoError && error.code === 'NOT_FOUND') return false
    throw error
  }
}

/** Reads the pool until it is neither being made, changed nor deleted; undefined when it is gone. */
export async function followState(run: PoolRun): Promise<AgentPool | undefined> {
  const { context, subject, options } = run
  for (;;) {
    const pool = await readPool(run)
    if (pool === undefined) return undefined
    const { state, rawState } = toNodePool(pool)
    if (state === 'ready' || state === 'failed') return pool
    const progress: PoolProgress = { state: 'running', token: undefined, rawState }
    await options.onProgress(progress)
    await sleep(context.pollIntervalMs, subject.signal)
  }
}

/** The pool's own account of its failure, judged like any other body of Azure. */
export function errorFromPool(pool: AgentPool, { context, subject }: PoolRun): KaitoError {
  const { reason, rawState }: NodePool = toNodePool(pool)
  const told = pool.status?.provisioningError
  const message = `the pool is in state ${rawState}${reason === undefined ? '' : `: ${reason}`}`
  const body = told === undefined ? { error: { code: '', message } } : { error: told }
  return errorFromBody(body, undefined, { ...context, ...subject })
}
