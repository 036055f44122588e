/** Delete a pool and follow until Azure says that it is gone. */
import type { AgentPool } from '@azure/arm-containerservice'
import { KaitoError } from '#core/errors.ts'
import { toNodePool } from './agent-pool.ts'
import { errorFromPool, followPoller, followState, followToken, type PoolRun, readPool } from './follow.ts'

export async function removePool(run: PoolRun): Promise<void> {
  const seen = await readPool(run)
  if (seen === undefined) return finish(run)
  const { owner, state } = toNodePool(seen)
  if (owner === undefined) throw notOurs(run)
  if (state === 'deleting') {
    await followToken(run, 'DELETE')
    return verifyGone(run)
  }
  await deletePool(seen, run)
  return verifyGone(run)
}

async function deletePool(seen: AgentPool, run: PoolRun): Promise<void> {
  const { client, resourceGroup, cluster, pollIntervalMs } = run.context
  const open = () =>
    client.agentPools.delete(resourceGroup, cluster, run.subject.pool, {
      abortSignal: run.subject.signal,
      updateIntervalInMs: pollIntervalMs,
    })
  try {
    await followPoller(run, open)
  } catch (error) {
    if (!isBusy(error) || !isMoving(seen)) throw error
    // AKS deletes no pool that it is still making or changing: let that end, then ask again.
    await followState(run)
    await followPoller(run, open)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof KaitoError && error.code === 'CONFLICT' && error.retryable === 'later'
}

function isMoving(pool: AgentPool): boolean {
  const { state } = toNodePool(pool)
  return state === 'creating' || state === 'updating'
}

async function verifyGone(run: PoolRun): Promise<void> {
  const left = await followState(run)
  if (left !== undefined) throw errorFromPool(left, run)
  return finish(run)
}

function finish({ options }: PoolRun): Promise<void> {
  return options.onProgress({ state: 'done', token: undefined, rawState: 'NotFound' })
}

function notOurs({ context, subject }: PoolRun): KaitoError {
  const { resourceGroup, cluster } = context
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'destroy',
    message: `The node pool ${subject.pool} does not carry kaito's tags, so kaito does not delete it`,
    reason: 'owner: not kaito',
    hint: `Look at it: az aks nodepool show -g ${resourceGroup} --cluster-name ${cluster} -n ${subject.pool} --query tags`,
    details: ['owner'],
    resource: { kind: 'AgentPool', name: subject.pool },
  })
}
