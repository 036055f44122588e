/** Asks Azure for a pool: create it if absent, adopt it if equal, grow it if it has too few nodes. */
import type { AgentPool } from '@azure/arm-containerservice'
import { advice, kaito } from '#core/advice.ts'
import type { NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { Submitted } from '../cloud.ts'
import { type Difference, firstDifference, isMoving, toAgentPool, toChangedPool, toNodePool } from './agent-pool.ts'
import { activityLog, showCommand } from './hints.ts'
import { busyOr, ifUnchanged, type PoolCall, putPool, readPool } from './pool.ts'

/** Somebody may make or change the pool between our look and our write; three times is more than chance. */
const ATTEMPTS = 3

export async function ensurePool(request: NodePoolRequest, call: PoolCall): Promise<Submitted> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const seen = await readPool(call)
    const work = seen === undefined ? createPool(request, call) : adoptPool(seen, request, call)
    const submitted = await work.catch((error: unknown) => busyOr(error, call))
    if (submitted !== undefined) return submitted
  }
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `The node pool ${request.name} keeps changing under kaito's hands: someone else makes and deletes it`,
    hint: advice`See who: ${activityLog(call.context.resourceGroup)}`,
    retryable: 'later',
    resource: { kind: 'AgentPool', name: request.name },
  })
}

async function createPool(request: NodePoolRequest, call: PoolCall): Promise<Submitted | undefined> {
  const token = await putPool(toAgentPool(request), { ifNoneMatch: '*' }, call).catch(unlessChanged)
  return token === undefined ? undefined : { outcome: 'created', token, rawState: 'Accepted' }
}

/** Undefined when the look has to be repeated. */
async function adoptPool(seen: AgentPool, request: NodePoolRequest, call: PoolCall): Promise<Submitted | undefined> {
  const difference = firstDifference(seen, request)
  const isShort = difference?.field === 'count'
  if (difference !== undefined && !isShort && !isLeaving(seen, difference)) throw conflict(difference, request, call)
  const pool = toNodePool(seen)
  const { state, rawState } = pool
  if (state === 'deleting') return { outcome: 'deleting' }
  if (isMoving(pool)) return { outcome: 'following' }
  if (state === 'ready' && !isShort) return { outcome: 'adopted', rawState, pool }
  // It failed before, and is asked for again; or it is to have more nodes.
  const token = await putPool(toChangedPool(seen, request), ifUnchanged(seen), call).catch(unlessChanged)
  if (token === undefined) return undefined
  return { outcome: state === 'ready' ? 'scaling' : 'created', token, rawState: 'Accepted' }
}

/** Our pool that is being deleted may differ: the next one is made as asked. */
function isLeaving(seen: AgentPool, { field }: Difference): boolean {
  return field !== 'owner' && toNodePool(seen).state === 'deleting'
}

/** The condition of a PUT no longer holds: the pool appeared or changed meanwhile. */
function unlessChanged(error: unknown): undefined {
  if (error instanceof KaitoError && isConditionFailure(error)) return undefined
  throw error
}

function isConditionFailure({ reason = '' }: KaitoError): boolean {
  return /^(PreconditionFailed|OriginalEtagNotExpect|EtagMismatch|HTTP 412)\b/i.test(reason)
}

function conflict({ field, have, want }: Difference, request: NodePoolRequest, call: PoolCall): KaitoError {
  const { resourceGroup, cluster } = call.context
  const isForeign = field === 'owner'
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `A node pool ${request.name} exists, but its ${field} is ${have}, not ${want}`,
    reason: `${field}: ${have} ≠ ${want}`,
    hint: isForeign
      ? advice`kaito leaves it alone; choose another workspace name, or look: ${showCommand({ resourceGroup, cluster, pool: request.name })}`
      : advice`This of a pool cannot be changed. Either ask for ${field} ${have}, or: ${kaito('delete', { workspace: request.owner.workspace, namespace: request.owner.namespace })}, then deploy again`,
    details: [field],
    resource: { kind: 'AgentPool', name: request.name },
  })
}
