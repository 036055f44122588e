/** Asks Azure to delete a pool. */
import type { AgentPool } from '@azure/arm-containerservice'
import { advice, other } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { Submitted } from '../cloud.ts'
import { toNodePool } from './agent-pool.ts'
import { isBusy } from './errors.ts'
import { type PoolCall, readPool, submitTo } from './pool.ts'

export async function removePool(call: PoolCall): Promise<Submitted> {
  const seen = await readPool(call)
  if (seen === undefined) return { outcome: 'gone', rawState: 'NotFound' }
  const { owner, state } = toNodePool(seen)
  if (owner === undefined) throw notOurs(call)
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

function notOurs({ context, subject }: PoolCall): KaitoError {
  const { resourceGroup, cluster } = context
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'destroy',
    message: `The node pool ${subject.pool} does not carry kaito's tags, so kaito does not delete it`,
    reason: 'owner: not kaito',
    hint: advice`Look at it: ${other('az', 'aks', 'nodepool', 'show', '-g', resourceGroup, '--cluster-name', cluster, '-n', subject.pool, '--query', 'tags')}`,
    details: ['owner'],
    resource: { kind: 'AgentPool', name: subject.pool },
  })
}
