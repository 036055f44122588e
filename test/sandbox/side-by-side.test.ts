/** Several workspaces take no longer than the slowest of them, stop when they are told to, and count each other's GPUs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '../cluster/suite/api.ts'
import { eventually } from '../cluster/suite/eventually.ts'
import { workspaceText } from '../support/workspace-text.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

const MODELS = { small: 'mistral-7b-instruct', large: 'phi-4' }
let sandbox: OwnSandbox
const folder = mkdtempSync(join(tmpdir(), 'kaito-side-by-side-'))

const RESOURCES = { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' }
/** As NVIDIA's feature discovery labels it. */
const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'own-node',
    labels: {
      'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
      'nvidia.com/gpu.memory': '81920',
      'nvidia.com/gpu.count': '1',
      'nvidia.com/gpu.compute.major': '8',
      'nvidia.com/gpu.compute.minor': '0',
    },
  },
  status: { capacity: RESOURCES, allocatable: RESOURCES },
}

beforeAll(async () => {
  sandbox = ownSandbox()
  for (const [name, preset] of Object.entries(MODELS))
    writeFileSync(join(folder, `${name}.yaml`), workspaceText({ name }, preset))
})
afterAll(async () => {
  await sandbox.end()
  rmSync(folder, { recursive: true, force: true })
})

describe('two workspaces', () => {
  it('are ready in the time of the slower one, and a tenth of it', async () => {
    const done = await sandbox.run(['deploy', '-f', folder, '--yes', '-o', 'json', '--progress', 'json'])
    expect(done.code, done.stderr).toBe(0)
    const { items } = JSON.parse(done.stdout) as { items: { elapsedMs: number }[] }
    const times = done.stderr
      .split('\n')
      .filter((line) => line.includes('"workspace"'))
      .map((line) => Date.parse((JSON.parse(line) as { at: string }).at))
    const tookMs = Math.max(...times) - Math.min(...times)
    const alone = items.map(({ elapsedMs }) => elapsedMs)
    expect(alone).toHaveLength(2)
    expect(tookMs).toBeLessThanOrEqual(Math.max(...alone) * 1.1)
    expect(tookMs).toBeLessThan(0.6 * (alone[0] ?? 0) + 0.6 * (alone[1] ?? 0))
    const removed = await sandbox.run(['delete', '-f', folder, '--yes'])
    expect(removed.code, removed.stderr).toBe(0)
  })
})

describe('two workspaces for the one GPU that is there', () => {
  it('the second sees that it is taken: refused at once, and not left to wait for a node', async () => {
    const { url, token } = sandbox.process()
    await api('POST', '/api/v1/nodes', NODE, undefined, { url, token, ca: '' })
    const files = ['one', 'two'].map((name) => join(folder, `own-${name}.yaml`))
    for (const file of files) writeFileSync(file, workspaceText({ name: file.slice(-8, -5) }, MODELS.small))
    const both = ['-f', files[0] ?? '', '-f', files[1] ?? '', '--yes']
    await eventually(async () => (await sandbox.run(['plan', ...both, '--byo'])).code === 0, 'the node is Ready')
    const done = await sandbox.run(['deploy', ...both, '--byo'])
    expect(done.code, done.stderr).toBe(3)
    expect(done.stdout).toMatch(/one +answers +\S+ +your own[\s\S]*two +Refused before anything is billed/)
    expect(done.stderr).toMatch(/two: /)
  })
})
