/** Down as well as up: replicas, nodes, machines and price follow, and what was said stays. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  nodeNames,
  scriptCloud,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { workspaceText } from '../support/workspace-text.ts'

interface Scaled {
  pool: { name: string; change: string; nodes?: { from: number; to: number } }
  plan: { replicas: number; pool: { usdPerHour: number } }
  verifications: { check: string; outcome: string }[]
}

interface Status {
  phase: string
  replicas: { wanted: number; ready: number }
  usdPerHour: number
}

let namespace = ''
let before = { nodes: 0, pools: [''] }
const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
const scale = (replicas: number, ...flags: string[]) =>
  run('scale', 'mistral-7b', '--replicas', String(replicas), '--yes', ...flags)
const nodesHere = async (): Promise<number> => (await nodeNames()).length - before.nodes
const status = async (): Promise<Status> =>
  (JSON.parse((await run('status', 'mistral-7b')).stdout) as { workspaces: [Status] }).workspaces[0]

beforeAll(async () => {
  namespace = await createNamespace()
  before = { nodes: (await nodeNames()).length, pools: await cloudPools() }
  const deployed = await run('deploy', 'mistral-7b', '--yes')
  expect(deployed.code, deployed.stderr).toBe(0)
})
afterAll(async () => {
  expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
  expect(await cloudPools()).toEqual(before.pools)
  await deleteNamespace(namespace)
})

describe('1 → 3 → 1 → 0 → 1', () => {
  it.each([
    { to: 3, change: 'scaled', phase: 'Ready' },
    { to: 1, change: 'shrunk', phase: 'Ready' },
    { to: 0, change: 'shrunk', phase: 'Stopped' },
    { to: 1, change: 'scaled', phase: 'Ready' },
  ])('to $to: pods, nodes and price follow', async ({ to, change, phase }) => {
    const done = await scale(to)
    expect(done.code, done.stderr).toBe(0)
    const { pool, plan, verifications } = JSON.parse(done.stdout) as Scaled
    expect(pool).toMatchObject({ change, nodes: { to } })
    expect(plan.replicas).toBe(to)
    expect(verifications.filter(({ check }) => check === 'completion')).toHaveLength(to)
    expect(await nodesHere()).toBe(to)
    const now = await status()
    expect(now).toMatchObject({ phase, replicas: { wanted: to, ready: to } })
    expect(now.usdPerHour).toBeCloseTo(3.2 * to)
    expect(plan.pool.usdPerHour).toBeCloseTo(3.2 * to)
  })

  it('the same again changes nothing', async () => {
    const again = await scale(1)
    expect(again.code, again.stderr).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject({ pool: { change: 'unchanged' }, settings: [] })
  })

  it('a deploy by name keeps the number, and one with fewer says how its idle nodes go', async () => {
    expect((await scale(2)).code).toBe(0)
    const kept = await run('deploy', 'mistral-7b', '--engine-arg', 'max-num-seqs=64', '--yes')
    expect(kept.code, kept.stderr).toBe(0)
    expect((JSON.parse(kept.stdout) as Scaled).plan.replicas).toBe(2)
    const fewer = await run('deploy', 'mistral-7b', '--replicas', '1', '--yes')
    expect(fewer.code, fewer.stderr).toBe(0)
    expect(await nodesHere()).toBe(2)
    const [, command = ''] = /(kaito scale mistral-7b .*--replicas 1)/.exec(fewer.stderr) ?? []
    expect(command).not.toBe('')
    const shrunk = await scale(1)
    expect(shrunk.code, shrunk.stderr).toBe(0)
    expect(JSON.parse(shrunk.stdout)).toMatchObject({ pool: { change: 'shrunk', nodes: { from: 2, to: 1 } } })
    expect(await nodesHere()).toBe(1)
  })
})

it('a file that was deployed stays what it was, with what it brought', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kaito-scale-')), 'filed.yaml')
  const brought = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'brought' }, data: { a: 'b' } }
  writeFileSync(file, `${stringify(brought)}---\n${workspaceText({ name: 'filed' })}`)
  const made = await run('deploy', '-f', file, '--engine-arg', 'max-num-seqs=64', '--yes')
  expect(made.code, made.stderr).toBe(0)
  const none = await run('scale', 'filed', '--replicas', '0', '--yes')
  expect(none.code, none.stderr).toBe(0)
  expect(JSON.parse(none.stdout)).toMatchObject({ settings: [{ setting: 'replicas', from: '1', to: '0' }] })
  const gone = await run('delete', 'filed', '--yes')
  expect(gone.code, gone.stderr).toBe(0)
  const { changes } = JSON.parse(gone.stdout) as { changes: { ref: { name: string }; change: string }[] }
  expect(changes.filter(({ change }) => change === 'kept').map(({ ref }) => ref.name)).toEqual(['brought'])
})

describe('what stands on a node that goes', () => {
  it('is evicted before, whoever it belongs to', async () => {
    expect((await scale(2)).code).toBe(0)
    const nodes = (await nodeNames()).filter((name) => name.includes('mistr'))
    for (const node of nodes)
      await api('POST', `/api/v1/namespaces/${namespace}/pods`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `guest-${node.slice(-6)}` },
        spec: {
          nodeName: node,
          tolerations: [{ operator: 'Exists' }],
          containers: [{ name: 'guest', image: 'registry.example/guest' }],
        },
      })
    const done = await scale(1, '--progress', 'json')
    expect(done.code, done.stderr).toBe(0)
    expect(done.stderr).toMatch(/"subject":"pod guest-\w+","state":"evicted"/)
    expect(await nodesHere()).toBe(1)
    const [left = ''] = (await nodeNames()).filter((name) => name.includes('mistr'))
    await api('DELETE', `/api/v1/namespaces/${namespace}/pods/guest-${left.slice(-6)}`)
  })
})

describe('what goes wrong', () => {
  it('fewer replicas are asked about, like everything that takes something away', async () => {
    const refused = await run('scale', 'mistral-7b', '--replicas', '0')
    expect(refused.code, refused.stderr).toBe(2)
    expect(refused.stderr).toContain('Nobody is served until it is scaled up again.')
    expect(await nodesHere()).toBe(1)
  })

  it('a workspace that is not there is NOT_FOUND', async () => {
    const refused = await run('scale', 'mistral-7', '--replicas', '1', '--yes')
    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('mistral-7b')
  })

  it('machines that the cloud does not take away are said to bill, and the same command again goes on', async () => {
    expect((await scale(2)).code).toBe(0)
    await scriptCloud({ next: 'refuse-shrink-late' })
    const failed = await scale(1)
    expect(failed.code, failed.stderr).toBe(8)
    expect(failed.stderr).toMatch(/still there and still bill/)
    const again = await scale(1)
    expect(again.code, again.stderr).toBe(0)
    await eventually(async () => (await nodesHere()) === 1, 'one node')
  })

  it('growth that the cloud could not give is taken back, and not asked for again', async () => {
    await scriptCloud({ next: 'allocation' })
    expect((await scale(3)).code).toBe(4)
    const back = await scale(1)
    expect(back.code, back.stderr).toBe(0)
    expect(await nodesHere()).toBe(1)
    const again = await scale(1)
    expect(JSON.parse(again.stdout)).toMatchObject({ pool: { change: 'unchanged' } })
  })

  it('a machine that never joined goes, too', async () => {
    await scriptCloud({ next: 'never-joins' })
    const stuck = await scale(2, '--timeout', '10s')
    expect(stuck.code, stuck.stderr).not.toBe(0)
    const back = await scale(1)
    expect(back.code, back.stderr).toBe(0)
    expect(JSON.parse(back.stdout)).toMatchObject({ pool: { change: 'shrunk', nodes: { from: 2, to: 1 } } })
    expect((await status()).usdPerHour).toBeCloseTo(3.2)
  })
})
