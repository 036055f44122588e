/** Asks Azure to delete a pool. */
import type { AgentPool } from '@azure/arm-containerservice'
import type { Submitted } from '../cloud.ts'
import { toNodePool } from './agent-pool.ts'
import { isBusy } from './errors.ts'
import { notOurs, type PoolCall, readPool, submitTo } from './pool.ts'

export async function removePool(call: PoolCall): Promise<Submitted> {
  const seen = await readPool(call)
  if (seen === undefined) return { outcome: 'gone', rawState: 'NotFound' }
  const { owner, state } = toNodePool(seen)
  if (owner === undefined) throw notOurs(call, 'does not delete it')
  if (state === 'deleting') return { outcome: 'deleting' }
  return deletePool(seen, call)
}

async function deletePool(seen: AgentPool, call: PoolCall): Promise<Submitted> {
  const { client, resourceGroup, cluster } = call.context
  const { pool, signal } = call.subject
  try {
    const token = await submitTo(call, () =>
      client.agentPools.delete(resourceGroup, cluster, pool, { abortSignal: signal }),
    )
    return { outcome: 'deleting', token, rawState: 'Accepted' }
  } catch (error) {
    if (!isBusy(error)) throw error
    // AKS deletes no pool that it is still making or changing.
    if (isMoving(seen)) return { outcome: 'following' }
    return { outcome: 'busy', retryAfterMs: call.context.pollIntervalMs, failure: error }
  }
}

function isMoving(pool: AgentPool): boolean {
  const { state } = toNodePool(pool)
  return state === 'creating' || state === 'updating'
}
