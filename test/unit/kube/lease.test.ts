/** Who may work on a workspace: a Lease against a store with the API server's one rule that matters, resourceVersion. */
import { describe, expect, it } from 'vitest'
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/kube-object.ts'
import type { KubePort } from '#kube/cluster.ts'
import { acquireLease, type LeaseRequest } from '#kube/lease.ts'

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

function request(changes: { hostname?: string; pid?: number; alive?: boolean; wait?: boolean } = {}): LeaseRequest {
  const { hostname = 'here', pid = 1, alive = true, wait = false } = changes
  return {
    name: 'm-kaito',
    namespace: 'n',
    runner: { hostname, bootId: 'boot', pid, instance: `${hostname}${pid}`, isProcessAlive: () => alive },
    clock: stoppedClock(),
    signal: new AbortController().signal,
    wait,
  }
}

describe('the lock', () => {
  it('is taken, held, released, and taken by the next', async () => {
    const { kube, stored } = store()
    const held = await acquireLease(kube, request({ pid: 1 }))
    expect(stored()?.spec.holderIdentity).toBe('here/boot/1/here1')
    await held.release()
    expect(stored()?.spec.holderIdentity).toBe('')
    await acquireLease(kube, request({ pid: 2 }))
    expect(stored()?.spec.holderIdentity).toBe('here/boot/2/here2')
  })

  it('of a living process on this machine is refused at once, and named', async () => {
    const { kube } = store()
    await acquireLease(kube, request({ pid: 1 }))
    await expect(acquireLease(kube, request({ pid: 2 }))).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('process 1 on here'),
    })
  })

  it('of a dead process on this machine is taken over at once', async () => {
    const { kube, stored } = store()
    await acquireLease(kube, request({ pid: 1 }))
    const next = request({ pid: 2, alive: false })
    const before = next.clock.now().getTime()
    await acquireLease(kube, next)
    expect(stored()?.spec.holderIdentity).toBe('here/boot/2/here2')
    expect(next.clock.now().getTime()).toBe(before)
  })

  it('of a silent process elsewhere is taken over after its duration, seen from here', async () => {
    const { kube, stored } = store()
    await acquireLease(kube, request({ hostname: 'there' }))
    const next = request({ pid: 2 })
    const before = next.clock.now().getTime()
    await acquireLease(kube, next)
    expect(stored()?.spec.holderIdentity).toBe('here/boot/2/here2')
    expect(next.clock.now().getTime() - before).toBeGreaterThanOrEqual(15_000)
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
