/** The main job from its begin to its end, the same on the sandbox and on a real control plane. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  eventually,
  inventory,
  nodeNames,
  scriptCloud,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

interface Deployed {
  plan: { pool: { usdPerHour?: number } }
  pool: { name: string; change: string; nodes?: { from: number; to: number } }
  changes: { ref: { kind: string }; change: string }[]
  verifications: { check: string; outcome: string }[]
}

let namespace = ''
let before: { objects: Record<string, string>; nodes: string[]; pools: string[] }
const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
const deploy = (...args: string[]) => run('deploy', 'mistral-7b', '--yes', ...args)
const parse = (stdout: string): Deployed => JSON.parse(stdout) as Deployed
const withoutLeases = (all: Record<string, string>) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('leases/')))
const moved = (a: Record<string, string>, b: Record<string, string>) =>
  Object.keys({ ...a, ...b })
    .filter((name) => a[name] !== b[name])
    .map((name) => name.split('/')[0])
    .sort()

beforeAll(async () => {
  namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
  before = { objects: await inventory(namespace), nodes: await nodeNames(), pools: await cloudPools() }
})
afterAll(() => deleteNamespace(namespace))

describe('the walk', () => {
  it('creates the pool, applies the objects and ends with 0 after a completion', async () => {
    const done = await deploy()
    expect(done.code, done.stderr).toBe(0)
    const { pool, verifications } = parse(done.stdout)
    expect(pool.change).toBe('created')
    expect(await cloudPools()).toEqual([...before.pools, pool.name].sort())
    expect((await nodeNames()).length).toBe(before.nodes.length + 1)
    expect(verifications.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual(
      ['replicas', 'endpoints', 'health', 'models', 'completion', 'service'].map((check) => `${check} ok`),
    )
  })

  it('run again: everything unchanged, every resourceVersion but the Lease the same', async () => {
    const objects = await inventory(namespace)
    const again = await deploy()
    expect(again.code, again.stderr).toBe(0)
    const { pool, changes } = parse(again.stdout)
    expect([pool.change, ...changes.map(({ change }) => change)]).toEqual([
      'unchanged',
      ...changes.map(() => 'unchanged'),
    ])
    expect(withoutLeases(await inventory(namespace))).toEqual(withoutLeases(objects))
  })

  it('a change of one flag touches the Deployment, what its controllers make of it, and the record of it', async () => {
    const objects = await inventory(namespace)
    const changed = await deploy('--max-model-len', '4096')
    expect(changed.code, changed.stderr).toBe(0)
    expect(parse(changed.stdout).changes.filter(({ change }) => change !== 'unchanged')).toMatchObject([
      { ref: { kind: 'Deployment' }, change: 'configured' },
    ])
    const kinds = new Set(moved(withoutLeases(objects), withoutLeases(await inventory(namespace))))
    for (const kind of ['secrets', 'serviceaccounts', 'services', 'persistentvolumeclaims'])
      expect(kinds).not.toContain(kind)
    expect(kinds).toContain('deployments')
    expect(kinds).toContain('configmaps')
  })

  it('scale: the pool grows and every replica is asked; with fewer replicas no node is taken away', async () => {
    const two = await deploy('--max-model-len', '4096', '--replicas', '2')
    expect(two.code, two.stderr).toBe(0)
    const grown = parse(two.stdout)
    expect(grown.pool).toMatchObject({ change: 'scaled', nodes: { from: 1, to: 2 } })
    expect((await nodeNames()).length).toBe(before.nodes.length + 2)
    expect(grown.verifications.filter(({ check }) => check === 'completion')).toHaveLength(2)
    const changed = grown.changes.filter(({ change }) => change !== 'unchanged').map(({ ref }) => ref.kind)
    expect(changed.sort()).toEqual(['Deployment', 'PodDisruptionBudget'])
    const one = await deploy('--max-model-len', '4096', '--replicas', '1')
    expect(one.code, one.stderr).toBe(0)
    expect(parse(one.stdout).pool.change).toBe('unchanged')
    expect(parse(one.stdout).changes.filter(({ change }) => change === 'pruned')).toMatchObject([
      { ref: { kind: 'PodDisruptionBudget' } },
    ])
    expect(Object.keys(await inventory(namespace)).filter((name) => name.startsWith('poddisruptionbudgets/'))).toEqual(
      [],
    )
    expect(parse(one.stdout).verifications.filter(({ check }) => check === 'completion')).toHaveLength(1)
    expect(one.stderr).toContain('has 2 nodes')
    const price = (stdout: string): number | undefined => parse(stdout).plan.pool.usdPerHour
    expect(price(one.stdout)).toBe(price(two.stdout))
    const planned = await run('plan', 'mistral-7b', '--max-model-len', '4096')
    expect(price(planned.stdout)).toBe(price(two.stdout))
    const status = await run('status', 'mistral-7b')
    expect(JSON.parse(status.stdout).workspaces[0].usdPerHour).toBe(price(two.stdout))
    expect(status.stderr).toContain('has 2 nodes')
    expect((await nodeNames()).length).toBe(before.nodes.length + 2)
  })

  it.each([
    ['plan', 0],
    ['diff', 1],
  ] as const)('%s of another machine shows the pool that would come, and the one that would go', async (verb, code) => {
    const nodes = await nodeNames()
    const other = ['--instance-type', 'Standard_NC80adis_H100_v5', '-n', namespace]
    const shown = await kaito([verb, 'mistral-7b', ...other], { env: direct })
    expect(shown.code, shown.stderr).toBe(code)
    const [come, go] = verb === 'plan' ? ['to be created', 'is removed'] : ['would be created', 'would be deleted']
    expect(shown.stdout).toMatch(new RegExp(`\\w+ .*${come}`))
    expect(shown.stdout).toMatch(new RegExp(`\\w+ .*${go}`))
    expect(await nodeNames()).toEqual(nodes)
  })

  it("the endpoint answers through chat, status --deep agrees, logs are the engine's", async () => {
    const said = await kaito(['chat', 'mistral-7b', '-n', namespace, '-p', 'Hello', '--max-tokens', '8'], {
      env: direct,
    })
    expect(said.code, said.stderr).toBe(0)
    expect(said.stdout.trim()).not.toBe('')
    const status = await run('status', 'mistral-7b', '--deep')
    expect(status.code, status.stderr).toBe(0)
    expect(status.stdout).toContain('"phase": "Ready"')
    const logs = await kaito(['logs', 'mistral-7b', '-n', namespace], { env: direct })
    expect(logs.code, logs.stderr).toBe(0)
    expect(logs.stdout).toContain('Application startup complete')
  })

  it('logs: with the times, and not older than was asked for', async () => {
    const logs = (...flags: string[]) => kaito(['logs', 'mistral-7b', '-n', namespace, ...flags], { env: direct })
    const stamped = await logs('--timestamps', '--tail', '2')
    expect(stamped.code, stamped.stderr).toBe(0)
    const times = stamped.stdout.trim().split('\n')
    for (const line of times) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z /)
    const ageMs = Date.now() - Date.parse(times.at(-1)?.split(' ')[0] ?? '')
    expect((await logs('--since', '24h')).stdout).not.toBe('')
    const seconds = Math.max(1, Math.floor(ageMs / 2_000))
    const recent = await logs('--since', `${seconds}s`, '--timestamps')
    for (const line of recent.stdout.split('\n').filter(Boolean))
      expect(Date.parse(line.split(' ')[0] ?? '')).toBeGreaterThan(Date.now() - (seconds + 30) * 1_000)
  })

  it('a pod that is deleted comes back', async () => {
    const { body } = await api<{ items: { metadata: { name: string } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/pods`,
    )
    const [old] = body.items.map(({ metadata }) => metadata.name)
    await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${old}`)
    const back = await run('wait', 'mistral-7b')
    expect(back.code, back.stderr).toBe(0)
    await eventually(
      async () => (await api('GET', `/api/v1/namespaces/${namespace}/pods/${old}`)).status === 404,
      'the old pod is gone',
    )
  })

  it('a delete that the cloud refuses ends with 8 and names the pool', async () => {
    await scriptCloud({ next: 'refuse-delete-late' })
    const left = await run('delete', 'mistral-7b', '--yes')
    expect(left.code, left.stderr).toBe(8)
    const [pool] = (await cloudPools()).filter((name) => !before.pools.includes(name))
    expect(left.stderr).toContain(pool)
  })

  it('delete: what was there before is there, and nothing else', async () => {
    const gone = await run('delete', 'mistral-7b', '--yes')
    expect(gone.code, gone.stderr).toBe(0)
    expect(await cloudPools()).toEqual(before.pools)
    await eventually(
      async () =>
        JSON.stringify(Object.keys(await inventory(namespace))) === JSON.stringify(Object.keys(before.objects)),
      'the objects from before, and no others',
    )
    await eventually(async () => (await nodeNames()).length === before.nodes.length, 'the nodes are gone')
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(5)
    expect((await run('delete', 'mistral-7b', '--yes', '--ignore-not-found')).code).toBe(0)
  })
})
