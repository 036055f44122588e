/** What every cloud must do, whoever it is. Each cloud brings a harness: its real SDK against its simulated cloud. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CloudPort } from '#clouds/cloud.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import { type CloudRun, createRun } from './cloud-run.ts'
import {
  beginCreate,
  type CloudNature,
  ensureChange,
  errorOf,
  FAILURES,
  type Failure,
  OWNER,
  poolRequest,
  soon,
} from './cloud-samples.ts'

export interface CloudHarness {
  /** A fresh port, as a new process would open it. */
  open(): Promise<CloudPort>
  /** The next create fails like this. */
  failCreate(failure: Failure): void
  /** The next delete is refused at once, or fails on the way. */
  failDelete(when: 'atOnce' | 'late'): void
  /** The next operation takes long enough to be interrupted. */
  slow(): void
  /** The next two changes are refused: the cloud is at something else in this cluster. Absent where that cannot be. */
  keepBusy?(): void
  /** Create or update requests that the cloud took, refused ones too. */
  countWrites(): number
  /** Delete requests that the cloud took. */
  countDeletes(): number
  /** A pool that someone else made. */
  seedForeign(name: string): void
  close(): Promise<void>
}

export function describeCloud(nature: CloudNature, makeHarness: () => Promise<CloudHarness>): void {
  const { poolName, instanceTypes } = nature
  const request = (changes?: Partial<NodePoolRequest>): NodePoolRequest => poolRequest(nature, changes)

  describe(nature.id, () => {
    let harness: CloudHarness
    let port: CloudPort
    beforeEach(async () => {
      harness = await makeHarness()
      port = await harness.open()
    })
    afterEach(() => harness.close())

    const run = (): CloudRun => createRun(port)
    const create = (changes?: Partial<NodePoolRequest>): Promise<NodePool> => run().ensure(request(changes))
    /** What an operation that an earlier process began leaves: its token, where the cloud has such. */
    const token = nature.hasTokens ? expect.any(String) : undefined

    /** Begins a delete, as a process that is killed right after it. */
    async function beginDelete(name: string): Promise<void> {
      harness.slow()
      expect((await port.submit({ kind: 'delete', name }, soon())).outcome).toBe('deleting')
    }

    test('the cluster is described', async () => {
      const cluster = await port.describeCluster(soon())
      expect(cluster.cloud).toBe(port.id)
      expect(cluster.isBusy).toBe(false)
      expect(cluster.region).not.toBe('')
      expect(cluster.account).not.toBe('')
    })

    test('create makes the pool that was asked for', async () => {
      const wanted = request()
      const pool = await create()
      expect(pool).toMatchObject({ name: wanted.name, state: 'ready', count: 1, owner: OWNER })
      expect(pool.instanceType).toBe(wanted.instanceType)
      expect(pool.labels).toMatchObject(wanted.labels)
      expect(await port.getPool(wanted.name, soon())).toEqual(pool)
    })

    test('a create that was submitted is not waited for, and its token is to be stored', async () => {
      harness.slow()
      const submitted = await port.submit(ensureChange(request()), soon())
      expect(submitted).toMatchObject({ outcome: 'created', rawState: expect.any(String) })
      expect(submitted.token).toEqual(token)
      const operation = await port.poll(request(), submitted.token, soon())
      expect(operation).toMatchObject({ state: 'running', rawState: expect.any(String) })
      expect(operation.retryAfterMs).toBeGreaterThan(0)
      expect((await port.getPool(poolName, soon()))?.state).toBe('creating')
    })

    test('create again is a no-op', async () => {
      const first = await create()
      const writes = harness.countWrites()
      expect(await create()).toEqual(first)
      expect(await port.submit(ensureChange(request()), soon())).toMatchObject({ outcome: 'adopted', pool: first })
      expect(harness.countWrites()).toBe(writes)
    })

    test('the same request twice is one pool, which the second one follows', async () => {
      harness.slow()
      await beginCreate(port, request())
      const writes = harness.countWrites()
      expect((await port.submit(ensureChange(request()), soon())).outcome).toBe('following')
      expect(harness.countWrites()).toBe(writes)
    })

    test.each([
      ['instanceType', () => ({ instanceType: instanceTypes[1] })],
      ['owner', () => ({ owner: { ...OWNER, workspace: 'falcon-7b' } })],
      ['labels.kaito.sh/workspace', () => ({ labels: { 'kaito.sh/workspace': 'falcon-7b' } })],
    ])('create with another %s is a conflict that names it', async (field, changes) => {
      await create()
      const writes = harness.countWrites()
      const error = await errorOf(create(changes()))
      expect(error.code).toBe('CONFLICT')
      expect(error.details).toEqual([field])
      expect(error.message).toContain(field)
      expect(harness.countWrites()).toBe(writes)
    })

    test('more nodes are added to the pool that there is, and fewer are not taken away', async () => {
      await create()
      const writes = harness.countWrites()
      const growing = run()
      expect(await growing.ensure(request({ count: 2 }))).toMatchObject({ state: 'ready', count: 2 })
      expect(growing.taken).toEqual([token])
      expect(harness.countWrites()).toBe(writes + 1)
      expect(await create()).toMatchObject({ state: 'ready', count: 2 })
      expect(harness.countWrites()).toBe(writes + 1)
    })

    describe('machines', () => {
      const threeMachines = async () => {
        const pool = await create({ count: 3 })
        return { pool, machines: await port.machines(pool.name, soon()) }
      }

      test('are listed as their nodes name them, none twice', async () => {
        const { machines } = await threeMachines()
        expect(new Set(machines.map(({ name }) => name)).size).toBe(3)
        expect(new Set(machines.map(({ providerId }) => providerId)).size).toBe(3)
        for (const { providerId } of machines) expect(providerId).toMatch(/^\w+:\/\/./)
        expect(await port.machines('nosuchpool', soon())).toEqual([])
      })

      test('those that are named go, the others stay, and the count follows', async () => {
        const { pool, machines } = await threeMachines()
        const [first, second, third] = machines.map(({ name }) => name)
        const shrink = { kind: 'shrink', name: pool.name, machines: [first ?? '', third ?? ''] } as const
        const submitted = await port.submit(shrink, soon())
        expect(submitted).toMatchObject({ outcome: 'shrinking', rawState: expect.any(String) })
        expect(submitted.token).toEqual(token)
        await expect.poll(async () => (await port.poll(pool, submitted.token, soon())).state).toBe('done')
        expect((await port.machines(pool.name, soon())).map(({ name }) => name)).toEqual([second])
        expect(await port.getPool(pool.name, soon())).toMatchObject({ state: 'ready', count: 1 })
      })

      test('all of them may go: the pool stays, with none, and can have some again', async () => {
        const { pool, machines } = await threeMachines()
        const names = machines.map(({ name }) => name)
        const { token: going } = await port.submit({ kind: 'shrink', name: pool.name, machines: names }, soon())
        await expect.poll(async () => (await port.poll(pool, going, soon())).state).toBe('done')
        expect(await port.getPool(pool.name, soon())).toMatchObject({ state: 'ready', count: 0 })
        expect(await create({ count: 2 })).toMatchObject({ state: 'ready', count: 2 })
        expect(await port.machines(pool.name, soon())).toHaveLength(2)
      })

      test('what is asked twice is followed, or done already, and takes away nothing more', async () => {
        const { pool, machines } = await threeMachines()
        const shrink = { kind: 'shrink', name: pool.name, machines: [machines[0]?.name ?? ''] } as const
        harness.slow()
        const { token: going } = await port.submit(shrink, soon())
        const next = await harness.open()
        expect((await next.submit(shrink, soon())).outcome).toBe('following')
        expect((await next.submit(ensureChange(request({ count: 1 })), soon())).outcome).toBe('following')
        await expect.poll(async () => (await next.poll(pool, going, soon())).state, { timeout: 10_000 }).toBe('done')
        expect(await next.submit(shrink, soon())).toMatchObject({ outcome: 'adopted', pool: { count: 2 } })
        expect(await next.machines(pool.name, soon())).toHaveLength(2)
      })

      test('of a pool without our tags none is taken, and of one that is gone there are none', async () => {
        harness.seedForeign(poolName)
        const shrink = { kind: 'shrink', name: poolName, machines: ['x'] } as const
        expect((await errorOf(port.submit(shrink, soon()))).code).toBe('CONFLICT')
        expect((await port.submit({ ...shrink, name: 'nosuchpool' }, soon())).outcome).toBe('gone')
      })
    })

    test.each(nature.failures.map((failure) => [failure, FAILURES[failure]] as const))(
      'a create that fails by %s is %s',
      async (failure, code) => {
        harness.failCreate(failure)
        const error = await errorOf(create())
        expect(error.code).toBe(code)
        expect(error.reason).toBeTruthy()
        expect(error.hint).not.toBe('')
        expect(error.raw).toBeDefined()
      },
    )

    test('a cloud that is at something else is asked again until it takes the change, or has no such times', async () => {
      const { keepBusy } = harness
      if (keepBusy === undefined) return expect(nature.isEverBusy).toBe(false)
      keepBusy()
      const busy = await port.submit(ensureChange(request()), soon())
      expect(busy).toMatchObject({ outcome: 'busy', failure: { code: 'CONFLICT', retryable: 'later' } })
      expect(await port.getPool(poolName, soon())).toBeUndefined()
      const making = run()
      const pool = await making.ensure(request())
      expect(pool.state).toBe('ready')
      expect(making.states.filter((state) => state.startsWith('waiting:'))).toHaveLength(1)
      keepBusy()
      await run().remove(pool)
      expect(await port.listPools(soon())).toEqual([])
    })

    test('a pool that failed before is asked for again', async () => {
      harness.failCreate('capacity')
      await errorOf(create())
      expect((await create()).state).toBe('ready')
    })

    test('a stopped create is followed by a new process, with its token where there is one', async () => {
      harness.slow()
      const stored = await beginCreate(port, request())
      const writes = harness.countWrites()
      const next = createRun(await harness.open())
      expect((await next.ensure(request(), stored)).state).toBe('ready')
      expect(next.taken).toEqual([])
      expect(harness.countWrites()).toBe(writes)
    })

    test.each([undefined, 'not a token', '{}'])('a stopped create is followed with token %s', async (stored) => {
      harness.slow()
      await beginCreate(port, request())
      const writes = harness.countWrites()
      const next = createRun(await harness.open())
      expect((await next.ensure(request(), stored)).state).toBe('ready')
      expect(harness.countWrites()).toBe(writes)
    })

    test('a create that was begun with fewer nodes is followed, and then gets those that it lacks', async () => {
      harness.slow()
      await beginCreate(port, request())
      const next = createRun(await harness.open())
      expect(await next.ensure(request({ count: 2 }))).toMatchObject({ state: 'ready', count: 2 })
    })

    test('two creates at once make one pool', async () => {
      const other = createRun(await harness.open())
      const both = await Promise.all([create(), other.ensure(request())])
      expect(both.map((pool) => pool.state)).toEqual(['ready', 'ready'])
      expect(await port.listPools(soon())).toHaveLength(1)
    })

    test('a signal that is aborted before the start changes nothing', async () => {
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(port.submit(ensureChange(request()), signal)).rejects.toThrow('too late')
      await expect(port.poll(request(), undefined, signal)).rejects.toThrow('too late')
      expect(harness.countWrites()).toBe(0)
    })

    test('delete, delete again, list by owner is empty', async () => {
      const pool = await create()
      expect((await port.listPools(soon())).map((item) => item.name)).toEqual([pool.name])
      expect(await port.listPools(soon(), { ...OWNER, clusterUid: 'another' })).toEqual([])
      await run().remove(pool)
      await run().remove(pool)
      expect(await port.submit({ kind: 'delete', name: pool.name }, soon())).toMatchObject({ outcome: 'gone' })
      expect((await port.poll(pool, undefined, soon())).state).toBe('gone')
      expect(await port.getPool(pool.name, soon())).toBeUndefined()
      expect(await port.listPools(soon(), OWNER)).toEqual([])
    })

    test('a stopped delete is followed by a new process, which deletes nothing twice', async () => {
      const pool = await create()
      await beginDelete(pool.name)
      const deletes = harness.countDeletes()
      const next = await harness.open()
      await createRun(next).remove(pool)
      expect(await next.getPool(pool.name, soon())).toBeUndefined()
      expect(harness.countDeletes()).toBe(deletes)
    })

    test('a create waits for a delete that is under way, and makes the pool as it is asked', async () => {
      await beginDelete((await create()).name)
      const next = createRun(await harness.open())
      expect((await next.ensure(request({ count: 2 }))).count).toBe(2)
      expect(next.taken).toEqual([token])
    })

    test('a delete of a pool that is still being made waits for it', async () => {
      harness.slow()
      await beginCreate(port, request())
      const made = await port.getPool(poolName, soon())
      expect(made).toBeDefined()
      if (made !== undefined) await run().remove(made)
      expect(await port.listPools(soon())).toEqual([])
    })

    test.each(['atOnce', 'late'] as const)('a delete that is refused %s says why', async (when) => {
      const pool = await create()
      harness.failDelete(when)
      const error = await errorOf(run().remove(pool))
      expect(error.code).toBe('CONFLICT')
      expect(error.phase).toBe('destroy')
      expect(error.reason).toBeTruthy()
      expect(await port.listPools(soon())).toHaveLength(1)
    })

    test('a pool without our tags is neither adopted nor deleted nor listed', async () => {
      harness.seedForeign(poolName)
      const foreign = await port.getPool(poolName, soon())
      expect(foreign).toBeDefined()
      expect(foreign?.owner).toBeUndefined()
      expect(await port.listPools(soon())).toEqual([])
      expect((await errorOf(create())).details).toEqual(['owner'])
      const asked = port.submit({ kind: 'delete', name: poolName }, soon())
      expect((await errorOf(asked)).code).toBe('CONFLICT')
      expect(await port.getPool(poolName, soon())).toEqual(foreign)
    })
  })
}
