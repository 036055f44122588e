/** One look at what is changing a pool: at its operation, then at the pool's own state. */
import { type ContainerServiceClient, restorePoller } from '@azure/arm-containerservice'
import { advice } from '#core/advice.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import type { Operation, PoolInQuestion } from '../cloud.ts'
import { toNodePool } from './agent-pool.ts'
import { type AksContext, callAzure } from './context.ts'
import { isOperationFailure, mapAzureError } from './errors.ts'
import { activityLog } from './hints.ts'
import { errorFromPool, type PoolCall, readPool } from './pool.ts'
import { type Method, methodOf } from './token.ts'

/** What of the SDK's poller is used here. */
interface Poller {
  readonly isDone: boolean
  poll(options: { abortSignal: AbortSignal }): Promise<unknown>
}

export async function pollPool(
  pool: PoolInQuestion,
  token: string | undefined,
  context: AksContext,
  signal: AbortSignal,
): Promise<Operation> {
  const method = token === undefined ? undefined : methodOf(token, pool.name, context)
  const call = { context, subject: subjectOf(method, pool, signal) }
  if (token === undefined || method === undefined) return lookAtPool(call, undefined)
  return (await lookAtOperation(call, method, token)) ?? lookAtPool(call, method)
}

function subjectOf(
  method: Method | undefined,
  { name: pool, instanceType }: PoolInQuestion,
  signal: AbortSignal,
): PoolCall['subject'] {
  const phase = method === 'DELETE' ? 'destroy' : 'provision'
  const what = { PUT: 'create', DELETE: 'delete', POST: 'take machines from' }[method ?? 'PUT']
  return { phase, action: `${what} the node pool ${pool}`, pool, instanceType, signal }
}

function restored(method: Method, token: string, client: ContainerServiceClient): Poller {
  if (method === 'PUT') return restorePoller(client, token, client.agentPools.createOrUpdate)
  if (method === 'DELETE') return restorePoller(client, token, client.agentPools.delete)
  return restorePoller(client, token, client.agentPools.deleteMachines)
}

/** Undefined when it is over, or forgotten: ARM keeps operations for some days. Then the pool has the last word. */
async function lookAtOperation(
  { context, subject }: PoolCall,
  method: Method,
  token: string,
): Promise<Operation | undefined> {
  const { client, pollIntervalMs } = context
  try {
    return await callAzure(subject, context, async (capture) => {
      const poller: Poller = restored(method, token, client)
      const retryAfterMs = (): number => capture.retryAfterMs ?? pollIntervalMs
      try {
        await poller.poll({ abortSignal: subject.signal })
      } catch (error) {
        if (!isOperationFailure(error)) throw error
        const failure = mapAzureError(error, capture, { ...context, ...subject })
        if (!(failure instanceof KaitoError)) throw failure
        return { state: 'failed', rawState: 'Failed', retryAfterMs: retryAfterMs(), failure } as const
      }
      if (poller.isDone) return undefined
      return { state: 'running', rawState: 'InProgress', retryAfterMs: retryAfterMs() } as const
    })
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return undefined
    throw error
  }
}

/** @param method of the operation that has ended; undefined: none is known. */
async function lookAtPool(call: PoolCall, method: Method | undefined): Promise<Operation> {
  const retryAfterMs = call.context.pollIntervalMs
  const seen = await readPool(call)
  if (seen === undefined) return { state: 'gone', rawState: 'NotFound', retryAfterMs, failure: lost(call) }
  const pool = toNodePool(seen)
  const { state, rawState } = pool
  if (state !== 'ready' && state !== 'failed') return { state: 'running', rawState, retryAfterMs }
  // After its delete it should not be there at all.
  if (state === 'failed' || method === 'DELETE')
    return { state: 'failed', rawState, retryAfterMs, failure: errorFromPool(seen, call) }
  return { state: 'done', rawState, retryAfterMs, pool }
}

function lost({ context, subject }: PoolCall): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'provision',
    message: `The node pool ${subject.pool} was deleted by someone else while it was being made`,
    hint: advice`Run the same command again; see who: ${activityLog(context.resourceGroup)}`,
    retryable: 'later',
    resource: { kind: 'AgentPool', name: subject.pool },
  })
}
