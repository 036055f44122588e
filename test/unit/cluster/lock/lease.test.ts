/** Who may work on a workspace: a Lease against a store with the API server's one rule that matters, resourceVersion. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { KubePort } from '#cluster/cluster.ts'
import { acquireLease, type LeaseRequest } from '#cluster/lock/lease.ts'
import { runOf } from '#cluster/lock/run.ts'
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'

const conflict = () =>
  new KaitoError({ code: 'CONFLICT', phase: 'apply', message: 'the object has been modified', hint: '' })

/** One stored object. */
function store() {
  let stored: KubeObject | undefined
  let version = 0
  const put = (object: KubeObject): KubeObject => {
    version += 1
    stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
    return stored
  }
  const kube = {
    get: () => Promise.resolve(stored),
    create: (object: KubeObject) => (stored === undefined ? Promise.resolve(put(object)) : Promise.reject(conflict())),
    replace: (object: KubeObject) =>
      stored?.metadata.resourceVersion === object.metadata.resourceVersion
        ? Promise.resolve(put(object))
        : Promise.reject(conflict()),
    delete: (_: unknown, { resourceVersion }: { resourceVersion?: string }) => {
      if (stored?.metadata.resourceVersion !== resourceVersion) return Promise.reject(conflict())
      stored = undefined
      return Promise.resolve(true)
    },
  } as unknown as KubePort
  return { kube, put, stored: () => stored as (KubeObject & { spec: { holderIdentity: string } }) | undefined }
}

/** Time that passes only while somebody sleeps. */
function stoppedClock() {
  let now = Date.parse('2026-01-01T00:00:00Z')
  return {
    now: () => new Date(now),
    sleep: async (ms: number, signal: AbortSignal): Promise<void> => {
      signal.throwIfAborted()
      // The renewal loop of a holder sleeps 5 s at a time: it is not what these tests wait for.
      if (ms >= 5_000) return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      now += ms
    },
  }
}

interface Who {
  hostname?: string
  bootId?: string
  pidNamespace?: string
  pid?: number
  startTime?: string
  instance?: string
  /** Start times of the processes there are, by pid; absent: each pid is alive since 0. */
  processes?: Record<number, string>
}

function request(who: Who = {}): LeaseRequest {
  const { hostname = 'here', bootId = 'boot', pidNamespace = 'ns', pid = 1, startTime = '0', processes } = who
  const { instance = `${hostname}${pid}` } = who
  return {
    name: 'm-kaito',
    namespace: 'n',
    verb: 'deploy',
    runner: {
      hostname,
      bootId,
      pidNamespace,
      pid,
      startTime,
      instance,
      findProcess(of) {
        const found = processes === undefined ? '0' : processes[of]
        return found === undefined ? undefined : { startTime: found }
      },
    },
    clock: stoppedClock(),
    signal: new AbortController().signal,
    wait: false,
  }
}

const HOLDER = 'here/boot/2/here2/ns/0'

describe('the lock', () => {
  it('is taken, held, released, and taken by the next', async () => {
    const { kube, stored } = store()
    const held = await acquireLease(kube, request({ pid: 1 }))
    expect(stored()?.spec.holderIdentity).toBe('here/boot/1/here1/ns/0')
    await held.release()
    expect(stored()?.spec.holderIdentity).toBe('')
    await acquireLease(kube, request({ pid: 2 }))
    expect(stored()?.spec.holderIdentity).toBe(HOLDER)
  })

  it('says what it is held for, and what it was held for last', async () => {
    const { kube, stored } = store()
    const look = (who: Who = {}) => runOf(stored() as KubeObject, request(who).runner, request().clock.now())
    const first = await acquireLease(kube, request({ pid: 1 }))
    expect(look({ pid: 2 })).toMatchObject({ verb: 'deploy', isLive: true, by: 'process 1 on here' })
    expect(look({ pid: 2, processes: {} })).toMatchObject({ verb: 'deploy', isLive: false })
    await first.release()
    expect(look()).toMatchObject({ verb: 'deploy', isLive: false, by: '' })
    await acquireLease(kube, { ...request({ pid: 1, hostname: 'there' }), verb: 'delete' })
    expect(look()).toMatchObject({ verb: 'delete', isLive: true })
    const later = new Date(request().clock.now().getTime() + 120_000)
    expect(runOf(stored() as KubeObject, request().runner, later)).toMatchObject({ verb: 'delete', isLive: false })
  })

  it('of a living process on this machine is refused at once, and named', async () => {
    const { kube } = store()
    await acquireLease(kube, request({ pid: 1 }))
    await expect(acquireLease(kube, request({ pid: 2 }))).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('process 1 on here'),
    })
  })

  it.each<[string, Who, Who]>([
    ['a dead process', { pid: 1 }, { processes: {} }],
    ['an earlier process of the same pid', { pid: 1 }, { processes: { 1: '77' } }],
    ['an earlier process of our own pid', { pid: 2, instance: 'earlier' }, {}],
  ])('of %s on this machine is taken over at once', async (_, holder, ours) => {
    const { kube, stored } = store()
    await acquireLease(kube, request(holder))
    const next = request({ pid: 2, ...ours })
    const before = next.clock.now().getTime()
    await acquireLease(kube, next)
    expect(stored()?.spec.holderIdentity).toBe(HOLDER)
    expect(next.clock.now().getTime()).toBe(before)
  })

  it.each<[string, Who]>([
    ['elsewhere', { hostname: 'there' }],
    ['on a host of the same name', { bootId: 'another' }],
    ['in another container of this host', { pidNamespace: 'another' }],
    ['that lives here, but hangs', { startTime: '0' }],
  ])('of a silent process %s is taken over after its duration, seen from here', async (_, holder) => {
    const { kube, put, stored } = store()
    await acquireLease(kube, request(holder))
    const held = stored()
    if (held !== undefined) put({ ...held, spec: { ...held.spec, renewTime: '2025-01-01T00:00:00Z' } } as KubeObject)
    const next = request({ pid: 2, processes: { 1: '0' } })
    const before = next.clock.now().getTime()
    await acquireLease(kube, next)
    expect(stored()?.spec.holderIdentity).toBe(HOLDER)
    expect(next.clock.now().getTime() - before).toBeGreaterThanOrEqual(30_000)
  })

  it('of a process elsewhere that renews is refused', async () => {
    const { kube, put, stored } = store()
    await acquireLease(kube, request({ hostname: 'there' }))
    const next = request({ pid: 2 })
    const { sleep } = next.clock
    let slept = 0
    next.clock = {
      ...next.clock,
      sleep: async (ms, signal) => {
        slept += 1
        const now = stored()
        if (slept === 3 && now !== undefined) put({ ...now, spec: { ...now.spec, renewTime: 'later' } } as KubeObject)
        return sleep(ms, signal)
      },
    }
    await expect(acquireLease(kube, next)).rejects.toMatchObject({ code: 'LOCKED' })
  })

  it('goes to exactly one of two that ask at the same moment', async () => {
    const { kube } = store()
    const both = await Promise.allSettled([
      acquireLease(kube, request({ pid: 1 })),
      acquireLease(kube, request({ pid: 2 })),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('a lock that is held', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const clock: LeaseRequest['clock'] = {
    now: () => new Date(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms)
        const stop = (): void => {
          clearTimeout(timer)
          reject(signal.reason)
        }
        if (signal.aborted) stop()
        else signal.addEventListener('abort', stop, { once: true })
      }),
  }
  const passing = () => new KaitoError({ code: 'UNAVAILABLE', phase: 'apply', message: 'HTTP 500', hint: '' })

  /** @param replace what the API server makes of each renewal; undefined: it takes it. */
  async function held(replace: (attempt: number) => Promise<KubeObject> | undefined) {
    const { kube, put, stored } = store()
    let attempts = 0
    const flaky = {
      ...kube,
      replace: (object: KubeObject, signal: AbortSignal) => {
        attempts += 1
        return replace(attempts) ?? kube.replace(object, signal)
      },
    }
    const lock = await acquireLease(flaky, { ...request(), clock })
    let lostAfter: number | undefined
    const start = Date.now()
    lock.lost.addEventListener('abort', () => {
      lostAfter = Date.now() - start
    })
    return { lock, kube, put, stored, attempts: () => attempts, lostAfter: () => lostAfter }
  }

  it('is renewed, over an answer that failed and one that never came', async () => {
    const { lock, attempts } = await held((attempt) => {
      if (attempt === 2) return Promise.reject(passing())
      return attempt === 4 ? new Promise(() => undefined) : undefined
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(attempts()).toBeGreaterThan(10)
    expect(lock.lost.aborted).toBe(false)
    await lock.release()
  })

  it('is renewed again after a renewal whose answer was lost', async () => {
    const { lock, put, stored } = await held((attempt) => {
      const now = stored()
      if (attempt !== 1 || now === undefined) return undefined
      put(now)
      return Promise.reject(passing())
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lock.lost.aborted).toBe(false)
    await lock.release()
  })

  it.each<[string, () => Promise<KubeObject>]>([
    ['refuses', () => Promise.reject(passing())],
    ['hangs', () => new Promise(() => undefined)],
  ])('is given up before others may take it when the API server %s', async (_, replace) => {
    const { lock, lostAfter } = await held(replace)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lostAfter()).toBeGreaterThanOrEqual(20_000)
    expect(lostAfter()).toBeLessThanOrEqual(25_500)
    expect(lock.lost.reason).toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('is LOCK_LOST at the next renewal when somebody has taken it, and stays theirs', async () => {
    const { lock, put, stored, lostAfter } = await held(() => undefined)
    const now = stored()
    if (now !== undefined) put({ ...now, spec: { ...now.spec, holderIdentity: 'there/b/9/x' } } as KubeObject)
    await vi.advanceTimersByTimeAsync(6_000)
    expect(lostAfter()).toBeLessThanOrEqual(5_000)
    expect(lock.lost.reason).toMatchObject({ code: 'LOCK_LOST', reason: expect.stringContaining('there/b/9/x') })
    await lock.release()
    expect(stored()?.spec.holderIdentity).toBe('there/b/9/x')
  })

  it('takes its Lease away while it holds it, and nobody else’s', async () => {
    const own = await held(() => undefined)
    await own.lock.remove()
    expect(own.stored()).toBeUndefined()
    await own.lock.release()
    expect(own.stored()).toBeUndefined()
    const { lock, put, stored } = await held(() => undefined)
    const now = stored()
    if (now !== undefined) put({ ...now, spec: { ...now.spec, holderIdentity: 'there/b/9/x' } } as KubeObject)
    await lock.remove()
    expect(stored()?.spec.holderIdentity).toBe('there/b/9/x')
  })
})
