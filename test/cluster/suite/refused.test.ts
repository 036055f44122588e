/** When the cloud says no: the right exit code, the cause, and nothing half done that a second run cannot mend. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct, inventory, scriptCloud } from './bed.ts'
import { kaito } from './kaito.ts'

describe('a cloud that refuses', () => {
  let namespace = ''
  const deployArgs = () => ['deploy', 'mistral-7b', '--yes', '-n', namespace, '-o', 'json']
  const deleteArgs = () => ['delete', 'mistral-7b', '--yes', '--ignore-not-found', '-n', namespace, '-o', 'json']

  beforeAll(async () => {
    namespace = await createNamespace()
  })
  afterEach(async () => {
    await scriptCloud({ next: 'ready' })
    expect((await kaito(deleteArgs(), { env: direct })).code).toBe(0)
  })
  afterAll(() => deleteNamespace(namespace))

  it.each([
    { next: 'quota', exit: 4, code: 'QUOTA_EXCEEDED' },
    { next: 'allocation', exit: 4, code: 'CAPACITY_UNAVAILABLE' },
    { next: 'forbidden', exit: 5, code: 'PERMISSION_DENIED' },
  ])('$next ends a deploy with $exit and applies no workload', async ({ next, exit, code }) => {
    const pools = await cloudPools()
    await scriptCloud({ next })
    const run = await kaito(deployArgs(), { env: direct })
    expect(run.stdout).toBe('')
    expect(run.code, run.stderr).toBe(exit)
    expect(JSON.parse(run.stderr.slice(run.stderr.indexOf('\n{') + 1))).toMatchObject({ code })
    expect(Object.keys(await inventory(namespace)).filter((name) => name.startsWith('deployments/'))).toEqual([])
    await scriptCloud({ next: 'ready' })
    expect((await kaito(deployArgs(), { env: direct })).code).toBe(0)
    expect((await cloudPools()).length).toBe(pools.length + 1)
  })

  it('a delete that the cloud refuses ends with 8 and names the pool; later it converges', async () => {
    const deployed = await kaito(deployArgs(), { env: direct })
    expect(deployed.code, deployed.stderr).toBe(0)
    const pool = (JSON.parse(deployed.stdout) as { pool: { name: string } }).pool.name
    await scriptCloud({ next: 'refuse-delete' })
    const refused = await kaito(deleteArgs(), { env: direct })
    expect(refused.code, refused.stderr).toBe(8)
    expect(refused.stderr).toContain(pool)
    expect(await cloudPools()).toContain(pool)
    await scriptCloud({ next: 'ready' })
    expect((await kaito(deleteArgs(), { env: direct })).code).toBe(0)
    expect(await cloudPools()).not.toContain(pool)
  })

  it('two deploys at once: one holds the lock, the other says who', async () => {
    const both = await Promise.all([kaito(deployArgs(), { env: direct }), kaito(deployArgs(), { env: direct })])
    const codes = both.map((run) => run.code).sort()
    expect(codes, both.map((run) => run.stderr).join('\n')).toEqual([0, 5])
    expect(both.find((run) => run.code === 5)?.stderr).toContain('LOCKED')
  })
})
