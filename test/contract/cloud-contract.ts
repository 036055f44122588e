/** What every cloud must do, whoever it is. Each cloud brings a harness: its real SDK against its emulator. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CloudPort, PoolOperationOptions, PoolProgress } from '#clouds/cloud.ts'
import type { NodePoolRequest, PoolOwner } from '#core/cloud/node-pool.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'

/** Failures that each cloud words in its own way and that must come out under one code. */
const FAILURES = {
  quota: 'QUOTA_EXCEEDED',
  quotaLate: 'QUOTA_EXCEEDED',
  capacity: 'CAPACITY_UNAVAILABLE',
  busy: 'CONFLICT',
  permission: 'PERMISSION_DENIED',
  login: 'UNAUTHENTICATED',
  throttle: 'THROTTLED',
  outage: 'UNAVAILABLE',
} as const satisfies Record<string, ErrorCode>
export type Failure = keyof typeof FAILURES

export interface CloudHarness {
  /** A fresh port, as a new process would open it. */
  open(): Promise<CloudPort>
  /** The next create fails like this. */
  failCreate(failure: Failure): void
  /** The next delete is refused at once, or fails on the way. */
  failDelete(when: 'atOnce' | 'late'): void
  /** The next operation takes long enough to be interrupted. */
  slow(): void
  /** Create or update requests that the cloud took, refused ones too. */
  countWrites(): number
  /** Delete requests that the cloud took. */
  countDeletes(): number
  /** A pool that someone else made. */
  seedForeign(name: string): void
  instanceTypes: [string, string]
  close(): Promise<void>
}

const OWNER: PoolOwner = {
  workspace: 'mistral-7b',
  namespace: 'default',
  clusterUid: '3f1c9a52-70f5-4f7e-8a53-0d9d6a1f2b10',
}

export function poolRequest(harness: CloudHarness, changes: Partial<NodePoolRequest> = {}): NodePoolRequest {
  return {
    name: 'kmistral7b',
    owner: OWNER,
    instanceType: harness.instanceTypes[0],
    count: 1,
    diskGiB: 256,
    labels: { 'kaito.sh/workspace': 'mistral-7b' },
    taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
    ...changes,
  }
}

export function operation(
  changes: Partial<PoolOperationOptions> = {},
): PoolOperationOptions & { seen: PoolProgress[] } {
  const seen: PoolProgress[] = []
  const onProgress = (progress: PoolProgress): Promise<void> => {
    seen.push(progress)
    return Promise.resolve()
  }
  return { signal: AbortSignal.timeout(15_000), onProgress, seen, ...changes }
}

export async function errorOf(promise: Promise<unknown>): Promise<KaitoError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  if (error instanceof KaitoError) return error
  throw error
}

/** Starts a create and stops it, as Ctrl-C would, once its token is stored. */
export async function interruptCreate(port: CloudPort, request: NodePoolRequest): Promise<string> {
  const stop = new AbortController()
  let token = ''
  const onProgress = (progress: PoolProgress): Promise<void> => {
    token = progress.token ?? token
    if (progress.state === 'running') stop.abort(new Error('stopped by the test'))
    return Promise.resolve()
  }
  const run = port.ensureNodePool(request, { signal: stop.signal, onProgress })
  await expect(run).rejects.toThrow('stopped by the test')
  expect(token).not.toBe('')
  return token
}

export function describeCloud(name: string, makeHarness: () => Promise<CloudHarness>): void {
  describe(name, () => {
    let harness: CloudHarness
    let port: CloudPort
    beforeEach(async () => {
      harness = await makeHarness()
      port = await harness.open()
    })
    afterEach(() => harness.close())

    /** Starts a delete and stops it, as Ctrl-C would. */
    async function interruptDelete(pool: string): Promise<string> {
      harness.slow()
      const stop = new AbortController()
      let token = ''
      const onProgress = (progress: PoolProgress): Promise<void> => {
        token = progress.token ?? token
        if (progress.state === 'running') stop.abort(new Error('stopped'))
        return Promise.resolve()
      }
      await expect(port.deleteNodePool(pool, { signal: stop.signal, onProgress })).rejects.toThrow('stopped')
      return token
    }

    const create = (changes?: Partial<NodePoolRequest>) =>
      port.ensureNodePool(poolRequest(harness, changes), operation())

    test('the cluster is described', async () => {
      const cluster = await port.describeCluster(AbortSignal.timeout(5000))
      expect(cluster.isBusy).toBe(false)
      expect(cluster.region).not.toBe('')
      expect(cluster.account).not.toBe('')
    })

    test('create makes the pool that was asked for, and the token comes first', async () => {
      const run = operation()
      const request = poolRequest(harness)
      const pool = await port.ensureNodePool(request, run)
      expect(pool).toMatchObject({ name: request.name, state: 'ready', count: 1, owner: OWNER })
      expect(pool.instanceType).toBe(request.instanceType)
      expect(pool.labels).toMatchObject(request.labels)
      expect(run.seen.at(0)).toMatchObject({ state: 'submitted', token: expect.any(String) })
      expect(run.seen.at(-1)?.state).toBe('done')
      expect(await port.getNodePool(request.name, AbortSignal.timeout(5000))).toEqual(pool)
    })

    test('create again is a no-op', async () => {
      const first = await create()
      const writes = harness.countWrites()
      expect(await create()).toEqual(first)
      expect(harness.countWrites()).toBe(writes)
    })

    test.each([
      ['instanceType', () => ({ instanceType: harness.instanceTypes[1] })],
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
      const run = operation()
      const grown = await port.ensureNodePool(poolRequest(harness, { count: 2 }), run)
      expect(grown).toMatchObject({ state: 'ready', count: 2 })
      expect(run.seen.some(({ state, token }) => state === 'submitted' && token !== undefined)).toBe(true)
      expect(harness.countWrites()).toBe(writes + 1)
      expect(await create()).toMatchObject({ state: 'ready', count: 2 })
      expect(harness.countWrites()).toBe(writes + 1)
    })

    test.each(Object.entries(FAILURES))('a create that fails by %s is %s', async (failure, code) => {
      harness.failCreate(failure as Failure)
      const error = await errorOf(create())
      expect(error.code).toBe(code)
      expect(error.reason).toBeTruthy()
      expect(error.hint).not.toBe('')
      expect(error.raw).toBeDefined()
    })

    test('a pool that failed before is asked for again', async () => {
      harness.failCreate('capacity')
      await errorOf(create())
      expect((await create()).state).toBe('ready')
    })

    test('a stopped create is followed by its token', async () => {
      harness.slow()
      const resumeToken = await interruptCreate(port, poolRequest(harness))
      const writes = harness.countWrites()
      const next = await harness.open()
      const pool = await next.ensureNodePool(poolRequest(harness), operation({ resumeToken }))
      expect(pool.state).toBe('ready')
      expect(harness.countWrites()).toBe(writes)
    })

    test.each([undefined, 'not a token', '{}'])('a stopped create is adopted with token %s', async (token) => {
      harness.slow()
      await interruptCreate(port, poolRequest(harness))
      const writes = harness.countWrites()
      const next = await harness.open()
      const options = token === undefined ? operation() : operation({ resumeToken: token })
      expect((await next.ensureNodePool(poolRequest(harness), options)).state).toBe('ready')
      expect(harness.countWrites()).toBe(writes)
    })

    test('two creates at once make one pool', async () => {
      const other = await harness.open()
      const both = await Promise.all([create(), other.ensureNodePool(poolRequest(harness), operation())])
      expect(both.map((pool) => pool.state)).toEqual(['ready', 'ready'])
    })

    test('a signal that is aborted before the start changes nothing', async () => {
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(port.ensureNodePool(poolRequest(harness), operation({ signal }))).rejects.toThrow('too late')
      expect(harness.countWrites()).toBe(0)
    })

    test('a progress listener that fails ends the run', async () => {
      const onProgress = () => Promise.reject(new Error('lock lost'))
      await expect(port.ensureNodePool(poolRequest(harness), operation({ onProgress }))).rejects.toThrow('lock lost')
    })

    test('delete, delete again, list by tag is empty', async () => {
      const { name: pool } = await create()
      const signal = AbortSignal.timeout(5000)
      expect((await port.listOwnedPools(signal)).map((item) => item.name)).toEqual([pool])
      expect(await port.listOwnedPools(signal, { ...OWNER, clusterUid: 'another' })).toEqual([])
      await port.deleteNodePool(pool, operation())
      await port.deleteNodePool(pool, operation())
      expect(await port.getNodePool(pool, signal)).toBeUndefined()
      expect(await port.listOwnedPools(signal, OWNER)).toEqual([])
    })

    test('a stopped delete is followed by a new process, which deletes nothing twice', async () => {
      const { name: pool } = await create()
      const resumeToken = await interruptDelete(pool)
      const deletes = harness.countDeletes()
      const next = await harness.open()
      await next.deleteNodePool(pool, operation({ resumeToken }))
      expect(await next.getNodePool(pool, AbortSignal.timeout(5000))).toBeUndefined()
      expect(harness.countDeletes()).toBe(deletes)
    })

    test('a create waits for a delete that is under way, and makes the pool as it is asked', async () => {
      const { name: pool } = await create()
      await interruptDelete(pool)
      const next = await harness.open()
      const run = operation()
      expect((await next.ensureNodePool(poolRequest(harness, { count: 2 }), run)).count).toBe(2)
      expect(run.seen[0]).toMatchObject({ state: 'running', token: undefined })
      expect(run.seen.some(({ state }) => state === 'submitted')).toBe(true)
    })

    test('a delete of a pool that is still being made waits for it', async () => {
      harness.slow()
      await interruptCreate(port, poolRequest(harness))
      await port.deleteNodePool(poolRequest(harness).name, operation())
      expect(await port.listOwnedPools(AbortSignal.timeout(5000))).toEqual([])
    })

    test.each(['atOnce', 'late'] as const)('a delete that is refused %s says why', async (when) => {
      const { name: pool } = await create()
      harness.failDelete(when)
      const error = await errorOf(port.deleteNodePool(pool, operation()))
      expect(error.code).toBe('CONFLICT')
      expect(error.phase).toBe('destroy')
      expect(error.reason).toBeTruthy()
      expect(await port.listOwnedPools(AbortSignal.timeout(5000))).toHaveLength(1)
    })

    test('a pool without our tags is neither adopted nor deleted nor listed', async () => {
      harness.seedForeign('kmistral7b')
      const signal = AbortSignal.timeout(5000)
      expect((await port.getNodePool('kmistral7b', signal))?.owner).toBeUndefined()
      expect(await port.listOwnedPools(signal)).toEqual([])
      expect((await errorOf(create())).details).toEqual(['owner'])
      expect((await errorOf(port.deleteNodePool('kmistral7b', operation()))).code).toBe('CONFLICT')
      expect(await port.getNodePool('kmistral7b', signal)).toBeDefined()
    })
  })
}
