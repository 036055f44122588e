/** What was said stays: a deploy by name changes only what it says, a file is the whole truth, and what takes something away asks. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, direct, inventory } from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

interface Deployed {
  settings: { setting: string; from: string; to: string }[]
  losses: { kind: string }[]
  kept: string[]
  changes: { ref: { kind: string }; change: string }[]
}

const FILE = join(mkdtempSync(join(tmpdir(), 'kaito-said-')), 'workspace.yaml')
writeFileSync(
  FILE,
  `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: mistral-7b
resource:
  labelSelector: {}
inference:
  preset:
    name: mistral-7b
`,
)

let namespace = ''
const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: direct })
const parse = (stdout: string): Deployed => JSON.parse(stdout) as Deployed
const engine = async () => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/mistral-7b`
  const { body } = await api('GET', path)
  const { replicas, template } = (body as { spec: { replicas: number; template: PodTemplate } }).spec
  return { replicas, args: template.spec.containers[0]?.args ?? [] }
}
interface PodTemplate {
  spec: { containers: { args: string[] }[] }
}

beforeAll(async () => {
  namespace = await createNamespace({})
})
afterAll(async () => {
  await run('delete', 'mistral-7b', '--yes')
  await deleteNamespace(namespace)
})

describe('what was said', () => {
  it('stays: a deploy by name has nothing to do', async () => {
    const flags = [
      '--replicas',
      '2',
      '--max-model-len',
      '4096',
      '--engine-arg',
      'seed=7',
      '--api-key',
      '--network-policy',
    ]
    const first = await run('deploy', 'mistral-7b', '--yes', ...flags)
    expect(first.code, first.stderr).toBe(0)
    const again = await run('deploy', 'mistral-7b', '-o', 'json')
    expect(again.code, again.stderr).toBe(0)
    const { settings, changes } = parse(again.stdout)
    expect(settings).toEqual([])
    expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(['unchanged']))
  })

  it('is shown in the plan, with each value that changes', async () => {
    const plan = await run('plan', 'mistral-7b', '--replicas', '1', '--max-model-len', '2048', '-o', 'json')
    expect(plan.code, plan.stderr).toBe(0)
    expect(parse(plan.stdout)).toMatchObject({
      settings: [
        { setting: 'replicas', from: '2', to: '1' },
        { setting: 'context', from: '4096', to: '2048' },
      ],
      kept: ['apiKey', 'engineArgs', 'networkPolicy'],
      losses: [{ kind: 'capacity' }],
    })
    const text = (await run('plan', 'mistral-7b', '--replicas', '1')).stdout
    expect(text).toContain('replicas 2 -> 1')
    expect(text).toMatch(/--api-key, --engine-arg, --max-model-len, --network-policy of an earlier deploy/)
  })

  it.each([
    { flags: ['--replicas', '1'], says: 'This lowers the replicas from 2 to 1. This changes workspace mistral-7b' },
    { flags: ['--no-api-key'], says: 'Requests no longer need a key.' },
    { flags: ['--no-network-policy'], says: 'Pods in every namespace can reach the engine' },
  ])('without a terminal $flags asks, and nothing is changed', async ({ flags, says }) => {
    const before = await inventory(namespace)
    const refused = await run('deploy', 'mistral-7b', ...flags)
    expect(refused.code).toBe(2)
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain(says)
    expect(refused.stderr).toContain('--yes')
    expect(await inventory(namespace)).toEqual(before)
  })

  it('changes alone what is said now', async () => {
    const one = await run('deploy', 'mistral-7b', '--replicas', '1', '--yes')
    expect(one.code, one.stderr).toBe(0)
    const { replicas, args } = await engine()
    expect(replicas).toBe(1)
    expect(args).toEqual(expect.arrayContaining(['--max-model-len=4096', '--seed=7']))
  })

  it('is the file, where there is one: what it no longer says goes back, and is shown', async () => {
    const refused = await run('deploy', '-f', FILE, '-o', 'json')
    expect(refused.code, refused.stderr).toBe(2)
    const plan = parse((await run('plan', '-f', FILE, '-o', 'json')).stdout)
    expect(plan.kept).toEqual([])
    expect(plan.settings).toMatchObject([
      { setting: 'context', from: '4096' },
      { setting: 'API key', from: 'required', to: 'none' },
      { setting: 'network policy', from: 'on', to: 'off' },
      { setting: '--seed', from: '7', to: 'not set' },
    ])
    const done = await run('deploy', '-f', FILE, '--yes')
    expect(done.code, done.stderr).toBe(0)
    expect((await engine()).args.join(' ')).not.toContain('--seed')
  })
})
