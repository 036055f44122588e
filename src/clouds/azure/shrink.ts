/** Asks Azure which machines a pool has, and to delete some of them: by name, for a smaller count would let Azure choose. */
import { advice, other } from '#core/advice.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import type { PoolMachine, Submitted } from '../cloud.ts'
import { isMoving, toNodePool, withCount } from './agent-pool.ts'
import { callAzure } from './context.ts'
import { busyOr, ifUnchanged, notOurs, type PoolCall, putPool, readPool, submitTo } from './pool.ts'

/** How cluster nodes spell the id of an Azure resource. */
const PROVIDER = 'azure://'

export async function listMachines({ context, subject }: PoolCall): Promise<PoolMachine[]> {
  const { client, resourceGroup, cluster } = context
  try {
    return await callAzure(subject, context, async () => {
      const machines: PoolMachine[] = []
      const options = { abortSignal: subject.signal }
      for await (const { name, properties } of client.machines.list(resourceGroup, cluster, subject.pool, options))
        machines.push({ name: name ?? '', providerId: `${PROVIDER}${properties?.resourceId ?? ''}` })
      return machines
    })
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return []
    throw error
  }
}

export async function shrinkPool(names: readonly string[], call: PoolCall): Promise<Submitted> {
  const seen = await readPool(call)
  if (seen === undefined) return { outcome: 'gone', rawState: 'NotFound' }
  const pool = toNodePool(seen)
  if (pool.owner === undefined) throw notOurs(call, 'takes no machine from it')
  if (pool.isAutoscaled === true) throw autoscaled(call)
  if (pool.state === 'deleting') return { outcome: 'deleting' }
  if (isMoving(pool)) return { outcome: 'following' }
  const there = new Set((await listMachines(call)).map(({ name }) => name))
  const machineNames = names.filter((name) => there.has(name))
  if (machineNames.length > 0) return asked(call, () => deleteMachines(machineNames, call))
  if (pool.count === there.size && pool.state === 'ready') return { outcome: 'adopted', rawState: pool.rawState, pool }
  // It is to have more than Azure could give, or an earlier change of it failed. By the count that it has, nothing is made
  // and nothing goes.
  return asked(call, () => putPool(withCount(seen, there.size), ifUnchanged(seen), call))
}

async function asked(call: PoolCall, send: () => Promise<string>): Promise<Submitted> {
  try {
    return { outcome: 'shrinking', token: await send(), rawState: 'Accepted' }
  } catch (error) {
    return busyOr(error, call)
  }
}

function deleteMachines(machineNames: string[], call: PoolCall): Promise<string> {
  const { client, resourceGroup, cluster } = call.context
  const { pool, signal } = call.subject
  const options = { abortSignal: signal }
  return submitTo(call, () => client.agentPools.deleteMachines(resourceGroup, cluster, pool, { machineNames }, options))
}

function autoscaled({ context, subject }: PoolCall): KaitoError {
  const { resourceGroup, cluster } = context
  const name = subject.pool
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `The node pool ${name} has an autoscaler, which decides how many nodes it has`,
    reason: 'enableAutoScaling: true',
    hint: advice`Leave it to the autoscaler, or turn it off: ${other('az', 'aks', 'nodepool', 'update', '-g', resourceGroup, '--cluster-name', cluster, '-n', name, '--disable-cluster-autoscaler')}`,
    resource: { kind: 'AgentPool', name },
  })
}
