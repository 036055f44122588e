/** The lock, when something is wrong with its holder. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { microTime } from '#core/objects/lease-time.ts'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  scriptCloud,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

interface Lease {
  spec: { holderIdentity: string; renewTime: string }
}

describe('the lock', () => {
  let namespace = ''
  const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: direct })
  const path = () => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/mistral-7b-kaito`

  beforeAll(async () => {
    namespace = await createNamespace()
  })
  afterAll(async () => {
    await run('delete', 'mistral-7b', '--yes')
    await deleteNamespace(namespace)
  })

  /** Writes another holder into the Lease; refused, as any write, when it has changed since it was read. */
  async function holdAs(holderIdentity: string, when = (_: Lease): boolean => true): Promise<void> {
    const { body } = await api<Lease>('GET', path())
    if (!when(body)) return
    const spec = { ...body.spec, holderIdentity, renewTime: microTime(new Date()) }
    await api('PUT', path(), { ...body, spec })
  }

  it('that is taken away ends the run with LOCK_LOST, and the same command goes on once its holder is silent', async () => {
    const pools = await cloudPools()
    await scriptCloud({ next: 'slow' })
    const deploying = run('deploy', 'mistral-7b', '--yes')
    await eventually(async () => (await cloudPools()).length > pools.length, 'the pool is being made')
    await holdAs('elsewhere/boot/1/test')
    const lost = await deploying
    expect(lost.code, lost.stderr).toBe(5)
    expect(lost.stderr).toContain('LOCK_LOST')
    expect(lost.stderr).toContain('elsewhere/boot/1/test')
    expect(await run('deploy', 'mistral-7b', '--yes')).toMatchObject({ code: 0 })
  })

  it('whose holder’s pid now belongs to another process is taken over, however lively it looks', async () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const holder = [hostname(), boot, process.pid, 'test', readlinkSync('/proc/self/ns/pid'), '1'].join('/')
    await holdAs(holder)
    const deploying = run('deploy', 'mistral-7b', '--yes')
    let isOver = false
    void deploying.then(() => {
      isOver = true
    })
    while (!isOver) {
      await holdAs(holder, ({ spec }) => spec.holderIdentity === holder)
      await delay(200)
    }
    const done = await deploying
    expect(done.code, done.stderr).toBe(0)
  })
})
