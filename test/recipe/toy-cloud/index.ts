/** A cloud that nobody ships: it gives no token of its operations, and keeps a mould when a pool goes. */
import type { CloudChange, CloudPort, Operation, PoolInQuestion, PoolMachine, Submitted } from '#clouds/cloud.ts'
import type { CloudRegistry } from '#clouds/index.ts'
import { isSameOwner, type Leftover, type NodePool, type NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError, type Phase } from '#core/errors.ts'
import { ask, type Connection, complaintOf, find } from './client.ts'
import type { Mould, PoolWish, ToyPool } from './wire.ts'

const STATES = { making: 'creating', there: 'ready', broken: 'failed', melting: 'updating', going: 'deleting' } as const
/** Somebody may make the pool between our look and our write. */
const ATTEMPTS = 3

type Opener = NonNullable<Awaited<ReturnType<NonNullable<CloudRegistry[string]>>>>

export const openToyCloud: Opener = ({ providerIds, clusterResource }, env) => {
  const isHere = clusterResource !== undefined || providerIds.some((id) => id.startsWith('toy://'))
  const { TOY_CLOUD_URL: url = '', TOY_CLOUD_POLL_MS: pollMs } = env
  return Promise.resolve(isHere ? portOf({ url, pollMs: Number(pollMs ?? 1_000) }) : undefined)
}

function portOf(connection: Connection): CloudPort {
  const poolsOf = async (signal: AbortSignal): Promise<NodePool[]> => {
    const pools = await ask<ToyPool[]>(connection, 'GET', '/pools', { phase: 'destroy', signal })
    return pools.map(toNodePool)
  }
  return {
    id: 'toy',
    async describeCluster(signal) {
      const { name } = await ask<{ name: string }>(connection, 'GET', '/cluster', { phase: 'plan', signal })
      const cluster = { name, region: 'meadow', kubernetesVersion: '1.36.0', state: 'there', isBusy: false }
      return { cloud: 'toy', ...cluster, account: 'the meadow’s' }
    },
    async listPools(signal, owner) {
      const owned = (await poolsOf(signal)).filter((pool) => pool.owner !== undefined)
      return owner === undefined ? owned : owned.filter((pool) => pool.owner && isSameOwner(pool.owner, owner))
    },
    async getPool(name, signal) {
      const pool = await readPool(connection, name, 'provision', signal)
      return pool === undefined ? undefined : toNodePool(pool)
    },
    async machines(name, signal) {
      const pool = await readPool(connection, name, 'provision', signal)
      return pool === undefined ? [] : machinesOf(pool)
    },
    submit: (change, signal) => submit(change, connection, signal),
    poll: (pool, _token, signal) => poll(pool, connection, signal),
    leftovers: {
      async find(owner, signal) {
        const moulds = await ask<Mould[]>(connection, 'GET', '/moulds', { phase: 'destroy', signal })
        return moulds.filter((mould) => isSameOwner(mould.owner, owner)).map(leftoverOf)
      },
      async remove({ name }, signal) {
        await ask(connection, 'DELETE', `/moulds/${name}`, { phase: 'destroy', signal })
      },
    },
  }
}

function leftoverOf({ name }: Mould): Leftover {
  return { kind: 'Mould', id: `toy://meadow/moulds/${name}`, name }
}

function toNodePool({ name, state, machine, count, labels, owner, why }: ToyPool): NodePool {
  return {
    id: `toy://meadow/pools/${name}`,
    name,
    state: STATES[state],
    instanceType: machine,
    count,
    labels,
    rawState: state,
    ...(owner === undefined ? {} : { owner }),
    ...(why === undefined ? {} : { reason: `${why.code}: ${why.words}` }),
  }
}

function machinesOf({ name, cast }: ToyPool): PoolMachine[] {
  return cast.map((index) => ({ name: `toy-${name}-${index}`, providerId: `toy://meadow/${name}/${index}` }))
}

function readPool(connection: Connection, name: string, phase: Phase, signal: AbortSignal) {
  return find<ToyPool>(connection, `/pools/${name}`, { phase, signal })
}

async function submit(change: CloudChange, connection: Connection, signal: AbortSignal): Promise<Submitted> {
  if (change.kind === 'delete') return remove(change.name, connection, signal)
  if (change.kind === 'shrink') return melt(change, connection, signal)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ensure(change.request, connection, signal)
    } catch (error) {
      const isRace = error instanceof KaitoError && error.reason?.startsWith('exists') === true
      if (!isRace || attempt === ATTEMPTS) throw error
    }
  }
}

async function ensure(request: NodePoolRequest, connection: Connection, signal: AbortSignal): Promise<Submitted> {
  const { name, instanceType: machine, count, diskGiB, labels, taints, owner } = request
  const wish: PoolWish = { machine, count, diskGiB, labels, taints, owner }
  const seen = await readPool(connection, name, 'provision', signal)
  const put = async (body: PoolWish & { isNew: boolean }): Promise<void> => {
    await ask(connection, 'PUT', `/pools/${name}`, { phase: 'provision', signal, body })
  }
  if (seen === undefined) {
    await ask(connection, 'PUT', `/moulds/${name}`, { phase: 'provision', signal, body: { owner } })
    await put({ ...wish, isNew: true })
    return { outcome: 'created', rawState: 'making' }
  }
  if (seen.state === 'going' && isOurs(seen, request)) return { outcome: 'deleting' }
  refuseDifference(seen, request)
  if (seen.state === 'making' || seen.state === 'melting') return { outcome: 'following' }
  if (seen.state === 'there' && seen.count >= count)
    return { outcome: 'adopted', rawState: 'there', pool: toNodePool(seen) }
  await put({ ...wish, count: Math.max(count, seen.count), isNew: false })
  return { outcome: seen.state === 'there' ? 'scaling' : 'created', rawState: 'making' }
}

function isOurs({ owner }: ToyPool, request: NodePoolRequest): boolean {
  return owner !== undefined && isSameOwner(owner, request.owner)
}

function refuseDifference(seen: ToyPool, request: NodePoolRequest): void {
  const label = Object.keys(request.labels).find((key) => seen.labels[key] !== request.labels[key])
  const field = !isOurs(seen, request)
    ? 'owner'
    : seen.machine !== request.instanceType
      ? 'instanceType'
      : label === undefined
        ? undefined
        : `labels.${label}`
  if (field !== undefined) throw foreign(seen.name, field, 'provision')
}

function foreign(name: string, field: string, phase: Phase): KaitoError {
  return new KaitoError({
    code: 'CONFLICT',
    phase,
    message: `The pool ${name} is another one: its ${field} differs.`,
    reason: `${field} differs`,
    hint: `Look at it: toy pools show ${name}`,
    details: [field],
  })
}

async function melt(
  { name, machines }: Extract<CloudChange, { kind: 'shrink' }>,
  connection: Connection,
  signal: AbortSignal,
): Promise<Submitted> {
  const seen = await readPool(connection, name, 'provision', signal)
  if (seen === undefined) return { outcome: 'gone', rawState: 'nothing' }
  if (seen.owner === undefined) throw foreign(name, 'owner', 'provision')
  if (seen.state === 'going') return { outcome: 'deleting' }
  if (seen.state === 'making' || seen.state === 'melting') return { outcome: 'following' }
  const names = machinesOf(seen).flatMap((machine) => (machines.includes(machine.name) ? [machine.name] : []))
  if (names.length === 0) return { outcome: 'adopted', rawState: seen.state, pool: toNodePool(seen) }
  await ask(connection, 'POST', `/pools/${name}/melt`, { phase: 'provision', signal, body: { names } })
  return { outcome: 'shrinking', rawState: 'melting' }
}

async function remove(name: string, connection: Connection, signal: AbortSignal): Promise<Submitted> {
  const seen = await readPool(connection, name, 'destroy', signal)
  if (seen === undefined) return { outcome: 'gone', rawState: 'nothing' }
  if (seen.owner === undefined) throw foreign(name, 'owner', 'destroy')
  if (seen.state === 'going') return { outcome: 'deleting' }
  if (seen.state === 'making' || seen.state === 'melting') return { outcome: 'following' }
  await ask(connection, 'DELETE', `/pools/${name}`, { phase: 'destroy', signal })
  return { outcome: 'deleting', rawState: 'going' }
}

/** There is nothing but the pool to look at. */
async function poll({ name }: PoolInQuestion, connection: Connection, signal: AbortSignal): Promise<Operation> {
  const retryAfterMs = connection.pollMs
  const seen = await readPool(connection, name, 'provision', signal)
  if (seen === undefined) {
    const failure = complaintOf({ code: 'nothing', words: `there is no pool ${name}` }, 'provision')
    return { state: 'gone', rawState: 'nothing', retryAfterMs, failure }
  }
  const { state: rawState, why } = seen
  if (why !== undefined) {
    const failure = complaintOf(why, why.code === 'held' ? 'destroy' : 'provision')
    return { state: 'failed', rawState, retryAfterMs, failure }
  }
  if (rawState !== 'there') return { state: 'running', rawState, retryAfterMs }
  return { state: 'done', rawState, retryAfterMs, pool: toNodePool(seen) }
}
