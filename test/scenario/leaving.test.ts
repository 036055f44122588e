/** A delete leaves nothing behind that bills, whatever was done to the workspace before and by whom. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudPools, createNamespace, deleteNamespace, direct, eventually, inventory } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

describe('a delete', () => {
  let namespace = ''
  let before: { objects: string[]; pools: string[] }
  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })

  beforeAll(async () => {
    namespace = await createNamespace()
    before = { objects: Object.keys(await inventory(namespace)), pools: await cloudPools() }
  })
  afterAll(() => deleteNamespace(namespace))

  async function expectNothingLeft(): Promise<void> {
    expect(await cloudPools()).toEqual(before.pools)
    await eventually(
      async () => Object.keys(await inventory(namespace)).join() === before.objects.join(),
      'the objects from before, and no others',
    )
  }

  it.each([{ flags: [] }, { flags: ['--byo'] }])(
    'takes the pool that --byo was used on since: $flags',
    async ({ flags }) => {
      expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
      const [pool] = (await cloudPools()).filter((name) => !before.pools.includes(name))
      const onto = await run('deploy', 'mistral-7b', '--yes', '--byo')
      expect(onto.code, onto.stderr).toBe(0)
      expect(onto.stderr).toContain(`Node pool ${pool} (1 ×`)
      const gone = await run('delete', 'mistral-7b', '--yes', ...flags)
      expect(gone.code, gone.stderr).toBe(0)
      expect(gone.stdout).toContain(pool)
      await expectNothingLeft()
    },
  )

  it('that cannot ask the cloud for the pool ends with 8, names it and deletes nothing', async () => {
    expect((await run('deploy', 'mistral-7b', '--yes')).code).toBe(0)
    const objects = Object.keys(await inventory(namespace))
    const [pool] = (await cloudPools()).filter((name) => !before.pools.includes(name))
    const unasked = await run('delete', 'mistral-7b', '--yes', '--cluster-resource', ELSEWHERE)
    expect(unasked.code, unasked.stderr).toBe(8)
    expect(unasked.stderr).toContain(pool)
    expect(Object.keys(await inventory(namespace))).toEqual(objects)
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
    await expectNothingLeft()
  })
})

const ELSEWHERE =
  '/subscriptions/b0000000-0000-4000-8000-000000000002/resourceGroups/x/providers/Microsoft.ContainerService/managedClusters/y'
