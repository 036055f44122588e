/** A program with rows of its own in its registries takes a workspace all the way, as with shipped ones. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleRecipe } from '../recipe/bundle.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const FILE = `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: toys
  annotations:
    kaito.sh/runtime: toy
inference:
  preset:
    name: phi-4-mini-instruct
`

let sandbox: OwnSandbox
let file: string
beforeAll(async () => {
  sandbox = ownSandbox(await bundleRecipe())
  file = join(sandbox.state, 'toys.yaml')
  writeFileSync(file, FILE)
  const { code, stderr } = await sandbox.run(['sandbox', 'up', '--sandbox-speed', '300'])
  expect(code, stderr).toBe(0)
})
afterAll(() => sandbox.end())

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await sandbox.run(args)
  return { code, stdout, stderr, all: `${stdout}\n${stderr}` }
}
const deploy = (...args: string[]) => run('deploy', '-f', file, '--yes', ...args)

interface CloudFile {
  pools: Record<string, { machine: string; taints: { key: string }[] }>
  moulds: Record<string, object>
}
const inCloud = (): CloudFile => JSON.parse(readFileSync(sandbox.file('cloud.json'), 'utf8'))

/** Of this workspace; the cluster keeps its events for a while. */
function inCluster(workspace: string): string[] {
  const { snapshot } = JSON.parse(readFileSync(sandbox.file('state.json'), 'utf8')) as {
    snapshot: { objects: { kind: string; metadata: { name: string } }[] }
  }
  return snapshot.objects
    .filter(({ kind, metadata }) => kind !== 'Event' && metadata.name.startsWith(workspace))
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
}

/** Killed as soon as it has said so. */
async function killed(words: RegExp, ...args: string[]): Promise<void> {
  const going = sandbox.start(...args)
  await going.warns(words)
  await going.kill()
}

describe('a cloud of its own', () => {
  it('a deploy and a delete that are killed are taken up again, and nothing is left', async () => {
    await killed(/making/, 'deploy', '-f', file, '--yes')
    const resumed = await deploy('-o', 'json')
    expect(resumed, resumed.all).toMatchObject({ code: 0 })
    const { plan } = JSON.parse(resumed.stdout)
    const [[name, pool] = [], ...others] = Object.entries(inCloud().pools)
    expect(others).toEqual([])
    // By its rule for names, on a machine of its own, behind its own taint.
    expect(name).toMatch(/^to[a-z0-9]{7}$/)
    expect(pool).toMatchObject({ machine: 'toy.one', taints: [{ key: 'toy.example/paid' }] })
    expect(plan).toMatchObject({ pool: { cloud: 'toy', request: { name } } })
    expect(Object.keys(inCloud().moulds)).toEqual([name])
    await killed(/going/, 'delete', 'toys', '--yes')
    const deleted = await run('delete', 'toys', '--yes')
    expect(deleted, deleted.all).toMatchObject({ code: 0 })
    expect(inCloud()).toMatchObject({ pools: {}, moulds: {} })
    expect((await run('status')).stdout).toContain('No workspaces')
  })

  it('refuses in words that only it knows', async () => {
    const refused = await deploy('--drill', 'stock-out', '-o', 'json')
    expect(JSON.parse(refused.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      code: 'CAPACITY_UNAVAILABLE',
      reason: 'stock: no toy.one is left',
    })
    expect((await run('delete', 'toys', '--yes')).code).toBe(0)
    expect(inCloud()).toMatchObject({ pools: {}, moulds: {} })
  })
})

describe('a kind of work of its own', () => {
  it('runs to its end, is asked by nobody, and is taken away whole', async () => {
    const errand = join(sandbox.state, 'errand.yaml')
    const annotated = FILE.replace('annotations:', "annotations:\n    toy.example/runs-to-its-end: 'true'")
    writeFileSync(errand, annotated.replace('name: toys', 'name: errand'))
    await killed(/Job\/errand created/, 'deploy', '-f', errand, '--yes')
    const ended = await run('deploy', '-f', errand, '--yes', '-o', 'json')
    expect(ended, ended.all).toMatchObject({ code: 0 })
    expect(JSON.parse(ended.stdout)).toMatchObject({ verifications: [], revision: 1 })
    for (const verb of ['status', 'wait']) {
      const said = await run(verb, 'errand')
      expect(said, said.all).toMatchObject({ code: 0 })
      expect(said.stdout).toContain('it has come to its end')
    }
    const objects = await run('status', 'errand', '-o', 'json')
    expect(objects.stdout).toContain('"kind": "Job"')
    expect((await run('delete', 'errand', '--yes')).code).toBe(0)
    expect(inCloud()).toMatchObject({ pools: {}, moulds: {} })
    await expect.poll(() => inCluster('errand')).toEqual([])
  })
})

describe('an engine of its own', () => {
  it('is chosen by its name, planned by its terms and flags, and asked where it answers', async () => {
    const refused = await deploy('--engine-arg', 'max-num-seqs=64')
    expect(refused, refused.all).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('Toy 1.0.0: unknown flag --max-num-seqs')
    const made = await deploy('--api-key', '--engine-arg', 'patience=3', '-o', 'json')
    expect(made, made.all).toMatchObject({ code: 0 })
    const { verifications, plan } = JSON.parse(made.stdout)
    expect(plan).toMatchObject({ image: { engine: 'toy' }, engineArgs: { patience: 3 } })
    expect(verifications.map(({ detail }: { detail: string }) => detail).join('\n')).toContain('/alive 200')
  })

  it('is seen by status, and its own words by logs', async () => {
    const status = await run('status', 'toys', '--deep')
    expect(status, status.all).toMatchObject({ code: 0 })
    expect(status.stdout).toMatch(/toys is Ready/)
    expect((await run('logs', 'toys')).stdout).toContain('toy | ready')
  })

  it('fails in words that only it knows', async () => {
    expect((await run('delete', 'toys', '--yes')).code).toBe(0)
    const failed = await deploy('--drill', 'gpu-out-of-memory', '-o', 'json')
    expect(JSON.parse(failed.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      code: 'GPU_OUT_OF_MEMORY',
      reason: 'fatal: the GPU is full',
    })
    expect((await run('delete', 'toys', '--yes')).code).toBe(0)
  })

  it('is not there in the program that is shipped', async () => {
    const shipped = ownSandbox()
    const { code, stderr } = await shipped.run(['lint', '-f', file])
    await shipped.end()
    expect(code).toBe(2)
    expect(stderr).not.toContain('✗')
  })
})
