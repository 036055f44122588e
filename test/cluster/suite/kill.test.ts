/**
 * kill -9 at requests of a deploy and of a delete, before and after they are committed: each commit takes its share of them,
 * `npm run sweep` all. On the sandbox it is always all: test/sandbox/kill.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { nameOf, startSweep } from '../../sweep/kill.ts'
import { sampleOf } from '../../sweep/sample.ts'
import { cloudPools, createNamespace, deleteNamespace, direct, intercepted, inventory, nodeNames } from './bed.ts'
import { kaito } from './kaito.ts'

/** One in so many; odd, or each commit would meet only one of deploy and delete, and only one of before and after. */
const SHARE = 11

const bed = await intercepted()
const namespace = await createNamespace()
const there = ['-n', namespace]
const sweep = await startSweep({
  interceptor: bed.interceptor,
  run: (args) => kaito([...args, ...there], { env: direct }),
  intercepted: (args, options) => bed.run([...args, ...there], options),
  pools: cloudPools,
  async stored() {
    const names = [...(await nodeNames()), ...(await cloudPools())].map((name) => [name, ''] as const)
    return { ...(await inventory(namespace)), ...Object.fromEntries(names) }
  },
})
const { cases, says } = sampleOf('kill points', await sweep.findPoints(), SHARE)
process.stdout.write(`${says}\n`)

afterAll(async () => {
  await bed.interceptor.close()
  await deleteNamespace(namespace)
})

describe('kill -9: the same command again converges', () => {
  for (const point of cases)
    it(nameOf(point), async () => {
      if (!(await sweep.killAt(point))) process.stdout.write(`not met again: ${nameOf(point)}\n`)
    })

  it('what is left can be deleted', async () => {
    expect(cases.length).toBeGreaterThan(10)
    await sweep.finish()
  })
})
