/** Asks Azure to delete a pool. */
import type { NodePool } from '#core/cloud/node-pool.ts'
import type { Submitted } from '../cloud.ts'
import { isMoving, toNodePool } from './agent-pool.ts'
import { busyOr, notOurs, type PoolCall, readPool, submitTo } from './pool.ts'

export async function removePool(call: PoolCall): Promise<Submitted> {
  const seen = await readPool(call)
  if (seen === undefined) return { outcome: 'gone', rawState: 'NotFound' }
  const pool = toNodePool(seen)
  if (pool.owner === undefined) throw notOurs(call, 'does not delete it')
  if (pool.state === 'deleting') return { outcome: 'deleting' }
  return deletePool(pool, call)
}

async function deletePool(pool: NodePool, call: PoolCall): Promise<Submitted> {
  const { client, resourceGroup, cluster } = call.context
  const { pool: name, signal } = call.subject
  try {
    const token = await submitTo(call, () =>
      client.agentPools.delete(resourceGroup, cluster, name, { abortSignal: signal }),
    )
    return { outcome: 'deleting', token, rawState: 'Accepted' }
  } catch (error) {
    const busy = busyOr(error, call)
    // AKS deletes no pool that it is still making or changing.
    return isMoving(pool) ? { outcome: 'following' } : busy
  }
}
