/** A context that the engine finds at its start: expected in the plan, read back, shown, and no reason to restart it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(() => {
  sandbox = ownSandbox()
})
afterAll(() => sandbox.end())

interface Stored {
  metadata: { resourceVersion: string; uid: string }
  data?: Record<string, string>
  spec?: { template: { spec: { containers: { args: string[] }[] } } }
}

async function stored(path: string): Promise<Stored> {
  const { url, token } = sandbox.process()
  const answer = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as Stored
}

const ROOT = 'api/v1/namespaces/default/configmaps/qwen3-8b-kaito'
const WORKER = 'apis/apps/v1/namespaces/default/deployments/qwen3-8b'
const DEPLOY = ['deploy', 'qwen3-8b', '--yes', '--sandbox-speed', '600']
const foundIn = ({ data }: Stored): unknown => (JSON.parse(data?.['chosen.json'] ?? '{}') as { found?: number }).found

it('is planned as what is expected, found, written down and shown', async () => {
  const plan = await sandbox.run(['plan', 'qwen3-8b'])
  expect(plan.stdout).toMatch(/context +about 16,896 tokens; the engine decides at startup/)

  const { code, stderr } = await sandbox.run(DEPLOY)
  expect(code, stderr).toBe(0)
  const worker = await stored(WORKER)
  expect(worker.spec?.template.spec.containers[0]?.args).toContain('--max-model-len=auto')
  const found = foundIn(await stored(ROOT))
  expect(found).toBeGreaterThan(16_896)

  const shown = Number(found).toLocaleString('en-US')
  const status = await sandbox.run(['status', 'qwen3-8b'])
  expect(status.stdout).toMatch(new RegExp(`context +${shown} tokens, chosen by the engine at startup`))
  const json = await sandbox.run(['status', 'qwen3-8b', '-o', 'json'])
  expect(json.stdout).toContain(`"foundContext": ${found}`)
  const again = await sandbox.run(['plan', 'qwen3-8b'])
  expect(again.stdout).toMatch(new RegExp(`context +${shown} tokens, chosen by the engine at startup`))
  const logs = await sandbox.run(['logs', 'qwen3-8b'])
  expect(logs.stdout).toContain(`Auto-fit max_model_len: reduced from 40960 to ${found} to fit`)
})

it('is no change for the next deploy: pods and root are as they were', async () => {
  const before = [await stored(WORKER), await stored(ROOT)].map(({ metadata }) => metadata.resourceVersion)
  const again = await sandbox.run([...DEPLOY, '-o', 'json'])
  expect(again.code, again.stderr).toBe(0)
  const { changes } = JSON.parse(again.stdout) as { changes: { change: string }[] }
  expect(changes.filter(({ change }) => change !== 'unchanged')).toEqual([])
  const after = [await stored(WORKER), await stored(ROOT)].map(({ metadata }) => metadata.resourceVersion)
  expect(after).toEqual(before)
})

it('is a number once somebody says one', async () => {
  const said = await sandbox.run([...DEPLOY, '--max-model-len', '8192'])
  expect(said.code, said.stderr).toBe(0)
  expect(said.stdout).toMatch(/changes +context about 16896 -> 8192/)
  expect((await stored(WORKER)).spec?.template.spec.containers[0]?.args).toContain('--max-model-len=8192')
  expect(foundIn(await stored(ROOT))).toBeUndefined()
  expect((await sandbox.run(['status', 'qwen3-8b'])).stdout).not.toContain('chosen by the engine')
})
