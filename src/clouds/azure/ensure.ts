/** Create a pool if absent, adopt it if equal, grow it if it has too few nodes, follow it if it is being made. */
import type { AgentPool } from '@azure/arm-containerservice'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { type Difference, firstDifference, toAgentPool, toChangedPool, toNodePool } from './agent-pool.ts'
import { errorFromPool, followPoller, followState, followToken, type PoolRun, readPool } from './follow.ts'

/** Somebody may make or delete the pool between our look and our write; three times is more than chance. */
const ATTEMPTS = 3

export async function ensurePool(request: NodePoolRequest, run: PoolRun): Promise<NodePool> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const seen = await readPool(run)
    const pool = seen === undefined ? await createPool(request, run) : await adoptPool(seen, request, run)
    if (pool !== undefined) return pool
  }
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `The node pool ${request.name} keeps changing under kaito's hands: someone else makes and deletes it`,
    hint: `See who: az monitor activity-log list -g ${run.context.resourceGroup} --offset 1h -o table`,
    retryable: 'later',
    resource: { kind: 'AgentPool', name: request.name },
  })
}

/** Undefined when the look has to be repeated. */
async function createPool(request: NodePoolRequest, run: PoolRun): Promise<NodePool | undefined> {
  const written = await putPool(request, run, { ifNoneMatch: '*' })
  return written ? readResult(request, run) : undefined
}

async function adoptPool(seen: AgentPool, request: NodePoolRequest, run: PoolRun): Promise<NodePool | undefined> {
  const difference = firstDifference(seen, request)
  const isShort = difference?.field === 'count'
  if (difference !== undefined && !isShort && !isLeaving(seen, difference)) throw conflict(difference, request, run)
  const { state, rawState, reason = '' } = toNodePool(seen)
  if (state === 'ready' && !isShort) return finish(seen, run)
  if (state === 'deleting') {
    await followState(run)
    return undefined
  }
  if (state === 'failed' || state === 'ready') {
    // It failed before this run, and the user asks again; or it is to have more nodes.
    await run.options.onProgress({
      state: 'running',
      token: undefined,
      rawState: `${rawState} ${reason}`.trim(),
    })
    const condition = seen.eTag === undefined ? {} : { ifMatch: seen.eTag }
    const written = await putPool(request, run, condition, seen)
    return written ? readResult(request, run) : undefined
  }
  await followToken(run, 'PUT')
  // What was being made may have been asked for with fewer nodes.
  return isShort ? undefined : readResult(request, run)
}

/** Our pool that is being deleted may differ: the next one is made as asked. */
function isLeaving(seen: AgentPool, { field }: Difference): boolean {
  return field !== 'owner' && toNodePool(seen).state === 'deleting'
}

/** False when the condition no longer holds: the pool appeared or changed meanwhile. */
async function putPool(
  request: NodePoolRequest,
  run: PoolRun,
  condition: { ifNoneMatch?: string; ifMatch?: string },
  seen?: AgentPool,
): Promise<boolean> {
  const { client, resourceGroup, cluster, pollIntervalMs } = run.context
  const body = seen === undefined ? toAgentPool(request) : toChangedPool(seen, request)
  try {
    await followPoller(run, () =>
      client.agentPools.createOrUpdate(resourceGroup, cluster, request.name, body, {
        ...condition,
        abortSignal: run.subject.signal,
        updateIntervalInMs: pollIntervalMs,
      }),
    )
    return true
  } catch (error) {
    if (error instanceof KaitoError && isConditionFailure(error)) return false
    throw error
  }
}

function isConditionFailure({ reason = '' }: KaitoError): boolean {
  return /^(PreconditionFailed|OriginalEtagNotExpect|EtagMismatch|HTTP 412)\b/i.test(reason)
}

/** The pool after its operation: what it says itself is the last word. */
async function readResult(request: NodePoolRequest, run: PoolRun): Promise<NodePool> {
  const pool = await followState(run)
  if (pool === undefined) {
    throw new KaitoError({
      code: 'NOT_FOUND',
      phase: 'provision',
      message: `The node pool ${request.name} was deleted by someone else while it was being made`,
      hint: `Run the same command again; see who: az monitor activity-log list -g ${run.context.resourceGroup} --offset 1h -o table`,
      retryable: 'later',
      resource: { kind: 'AgentPool', name: request.name },
    })
  }
  if (toNodePool(pool).state === 'failed') throw errorFromPool(pool, run)
  const difference = firstDifference(pool, request)
  if (difference !== undefined) throw conflict(difference, request, run)
  return finish(pool, run)
}

async function finish(pool: AgentPool, run: PoolRun): Promise<NodePool> {
  const result = toNodePool(pool)
  await run.options.onProgress({ state: 'done', token: undefined, rawState: result.rawState })
  return result
}

function conflict({ field, have, want }: Difference, request: NodePoolRequest, run: PoolRun): KaitoError {
  const { resourceGroup, cluster } = run.context
  const isForeign = field === 'owner'
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `A node pool ${request.name} exists, but its ${field} is ${have}, not ${want}`,
    reason: `${field}: ${have} ≠ ${want}`,
    hint: isForeign
      ? `kaito leaves it alone; choose another workspace name, or look: az aks nodepool show -g ${resourceGroup} --cluster-name ${cluster} -n ${request.name}`
      : `This of a pool cannot be changed. Either ask for ${field} ${have}, or: kaito delete ${request.owner.workspace} -n ${request.owner.namespace}, then deploy again`,
    details: [field],
    resource: { kind: 'AgentPool', name: request.name },
  })
}
