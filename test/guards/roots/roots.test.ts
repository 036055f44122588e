/** Roots, revisions and objects that 0.1.0 wrote: the same deploy again finds nothing to do, and touches nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from '../../sandbox/sandbox.ts'
import { CASES, deployArgs, writeFiles } from './cases.ts'
import { fillCluster } from './cluster.ts'

interface Deployed {
  pool: { change: string }
  changes: { ref: { kind: string; name: string }; change: string }[]
  revision: number
}

const LISTED = [
  'api/v1/namespaces/default/configmaps',
  'api/v1/namespaces/default/secrets',
  'api/v1/namespaces/default/services',
  'api/v1/namespaces/default/serviceaccounts',
  'api/v1/namespaces/default/pods',
  'apis/apps/v1/namespaces/default/deployments',
  'apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
  'apis/policy/v1/namespaces/default/poddisruptionbudgets',
]

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  fillCluster(sandbox)
  writeFiles(sandbox.state)
  const up = await sandbox.run(['sandbox', 'up', '--sandbox-speed', '100000'])
  expect(up.stderr).not.toContain('could not be read')
})
afterAll(() => sandbox.end())

/** `configmaps/x` → resourceVersion. */
async function versions(): Promise<Record<string, string>> {
  const { url, token } = sandbox.process()
  const lists = LISTED.map(async (path) => {
    const answer = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${token}` } })
    const { items } = (await answer.json()) as { items: { metadata: { name: string; resourceVersion: string } }[] }
    return items.map(
      ({ metadata }) => [`${path.split('/').at(-1)}/${metadata.name}`, metadata.resourceVersion] as const,
    )
  })
  return Object.fromEntries((await Promise.all(lists)).flat())
}

function revisionOf(name: string, all: Record<string, string>): number {
  return Object.keys(all).filter((key) => key.startsWith(`configmaps/${name}-kaito-r`)).length
}

async function deployAgain(said: string): Promise<Deployed> {
  const done = await sandbox.run(deployArgs(said, sandbox.state))
  expect(done.code, done.stderr).toBe(0)
  return JSON.parse(done.stdout) as Deployed
}

describe('a flag that bears on memory', () => {
  it('has the sizes chosen anew, and each that changes is shown', async () => {
    const said = ['mistral-7b', '--engine-arg', 'max-num-batched-tokens=1024']
    const { code, stdout, stderr } = await sandbox.run(['plan', ...said, '-o', 'json'])
    expect(code, stderr).toBe(0)
    const { settings } = JSON.parse(stdout) as { settings: { setting: string; from: string; to: string }[] }
    expect(settings).toEqual([
      { setting: 'GPU memory share', from: '0.92', to: '0.9' },
      { setting: 'sequences', from: "the engine's default", to: '64' },
    ])
  })
})

describe('another model in place of the one that serves', () => {
  interface Planned {
    plan: { replicas: number; engineArgs: object }
  }
  const planOf = async (...said: string[]): Promise<Planned> => {
    const { code, stdout, stderr } = await sandbox.run(['plan', ...said, '-o', 'json'])
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout) as Planned
  }

  it('takes no flag over that kaito had set for the old one', async () => {
    const { plan } = await planOf('phi-4-mini-instruct', '--name', 'twice')
    expect(plan.engineArgs).toEqual({})
  })

  it('keeps what was said', async () => {
    const larger = ['--instance-type', 'Standard_NC24ads_A100_v4']
    const { plan } = await planOf('qwen2.5-coder-7b-instruct', '--name', 'flags', ...larger)
    expect(plan.replicas).toBe(2)
    expect(plan.engineArgs).toEqual({ 'max-num-seqs': 64 })
  })
})

describe.each(Object.entries(CASES))('%s', (name, { made, again }) => {
  const root = `configmaps/${name}-kaito`

  it.each(again)('deploy %s: unchanged', async (said) => {
    const before = await versions()
    expect(Object.keys(before)).toContain(root)
    const { pool, changes, revision } = await deployAgain(said)
    expect(changes.filter(({ change }) => change !== 'unchanged')).toEqual([])
    expect(changes.map(({ ref }) => ref.kind)).toContain('Deployment')
    expect(pool.change).toBe(name === 'own' ? 'existing' : 'unchanged')
    expect(revision).toBe(revisionOf(name, before))
    // Another form of the same is another spec, and a later kaito keeps more in the root than 0.1.0 did.
    expect({ ...(await versions()), [root]: '' }).toEqual({ ...before, [root]: '' })
  })

  it('and once more: nothing is touched, the root neither', async () => {
    const said = made.at(-1) ?? ''
    await deployAgain(said)
    const before = await versions()
    await deployAgain(said)
    expect(await versions()).toEqual(before)
  })
})
