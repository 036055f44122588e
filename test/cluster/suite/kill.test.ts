/**
 * kill -9 at every request: before it leaves, and after the server has committed but before the answer arrives. Then
 * the same command again must converge: one pool, no orphan, no stuck lock.
 */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  intercepted,
  inventory,
  nodeNames,
} from './bed.ts'
import { kaito } from './kaito.ts'

type When = 'before' | 'after'
type Bed = Awaited<ReturnType<typeof intercepted>>

/** Runs kaito and kills it at request `index`. False when it ended before it got that far. */
async function runAndKill(bed: Bed, args: readonly string[], index: number, when: When): Promise<boolean> {
  let child: ChildProcess | undefined
  let isKilled = false
  const strike = (): boolean => {
    isKilled = true
    child?.kill('SIGKILL')
    return true
  }
  bed.interceptor.reset()
  bed.interceptor.use({
    before: (seen) => isKilled || (when === 'before' && seen.index === index && strike()),
    after: (seen) => isKilled || (when === 'after' && seen.index === index && strike()),
  })
  const run = await bed.run(args, { onStart: (started) => (child = started) })
  bed.interceptor.reset()
  if (!isKilled) expect(run, run.stderr).toMatchObject({ code: 0 })
  return isKilled
}

describe.each(['before', 'after'] as const)('kill -9 %s each request', (when) => {
  let bed: Bed
  let namespace = ''
  let baseline: { objects: string[]; nodes: string[]; pools: string[] }

  beforeAll(async () => {
    bed = await intercepted()
    namespace = await createNamespace()
    baseline = { objects: Object.keys(await inventory(namespace)), nodes: await nodeNames(), pools: await cloudPools() }
  })
  afterAll(async () => {
    await bed.interceptor.close()
    await deleteNamespace(namespace)
  })

  const deployArgs = () => ['deploy', 'mistral-7b', '--yes', '-n', namespace, '-o', 'json']
  const deleteArgs = () => ['delete', 'mistral-7b', '--yes', '-n', namespace]

  async function expectNothingLeft(): Promise<void> {
    await eventually(
      async () => Object.keys(await inventory(namespace)).join() === baseline.objects.join(),
      'the namespace is as before',
    )
    expect(await cloudPools()).toEqual(baseline.pools)
    await eventually(async () => (await nodeNames()).join() === baseline.nodes.join(), 'the nodes are as before')
  }

  it('of a deploy: the same command again converges', async () => {
    let index = 0
    for (; await runAndKill(bed, deployArgs(), index, when); index += 1) {
      const again = await kaito(deployArgs(), { env: direct })
      expect(again, `killed ${when} request ${index}: ${again.stderr}`).toMatchObject({ code: 0 })
      expect((await cloudPools()).length, `pools after ${when} ${index}`).toBe(baseline.pools.length + 1)
      const gone = await kaito(deleteArgs(), { env: direct })
      expect(gone, `delete after ${when} ${index}: ${gone.stderr}`).toMatchObject({ code: 0 })
      await expectNothingLeft()
    }
    process.stdout.write(`killed ${when} each of the ${index} requests of a deploy\n`)
    expect(index).toBeGreaterThan(20)
    expect((await kaito(deleteArgs(), { env: direct })).code).toBe(0)
  })

  it('of a delete: the same command again converges', async () => {
    let index = 0
    for (let isKilled = true; isKilled; index += 1) {
      const ready = await kaito(deployArgs(), { env: direct })
      expect(ready, ready.stderr).toMatchObject({ code: 0 })
      isKilled = await runAndKill(bed, deleteArgs(), index, when)
      const again = await kaito(deleteArgs(), { env: direct })
      expect(again, `killed ${when} request ${index}: ${again.stderr}`).toMatchObject({ code: 0 })
      await expectNothingLeft()
    }
    process.stdout.write(`killed ${when} each of the ${index - 1} requests of a delete\n`)
    expect(index).toBeGreaterThan(10)
  })
})
