/** To another machine type and back: the endpoint answers all the while, and one pool is there at the end. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  api,
  cloudMachines,
  cloudPools,
  createNamespace,
  deleteNamespace,
  direct,
  scriptCloud,
} from '../cluster/suite/bed.ts'
import { kaito } from '../cluster/suite/kaito.ts'

const [A10, A100] = ['Standard_NV36ads_A10_v5', 'Standard_NC24ads_A100_v4']

interface Deployed {
  pool: { name: string; change: string; leaves?: { instanceType: string; nodes: number; usdPerHour: number }[] }
  changes: { ref: { kind: string }; change: string }[]
}

interface Status {
  phase: string
  message: string
  next?: string
  usdPerHour: number
  leaving?: { instanceType: string; nodes: number }[]
}

let namespace = ''
let before = { machines: [''], pools: [''] }
const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })
const move = (instanceType: string, ...flags: string[]) =>
  run('deploy', 'mistral-7b', '--instance-type', instanceType, ...flags)
const status = async (): Promise<Status> =>
  (JSON.parse((await run('status', 'mistral-7b')).stdout) as { workspaces: [Status] }).workspaces[0]

/** Those that this workspace is billed for. */
async function machines(): Promise<string[]> {
  const rest = [...before.machines]
  return (await cloudMachines()).filter((each) => {
    const known = rest.indexOf(each)
    if (known >= 0) rest.splice(known, 1)
    return known < 0
  })
}

function errorOf(stderr: string): unknown {
  const [json = ''] = /^\{.*\}$/m.exec(stderr) ?? []
  return JSON.parse(json)
}

interface Pod {
  metadata: { deletionTimestamp?: string }
  spec: { nodeName?: string }
  status?: { conditions?: { type: string; status: string }[] }
}

/** On which machines Ready pods are. */
async function serving(): Promise<string[]> {
  const { body } = await api<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)
  const ready = body.items.filter(
    ({ metadata, status: { conditions = [] } = {} }) =>
      metadata.deletionTimestamp === undefined && conditions.some((c) => c.type === 'Ready' && c.status === 'True'),
  )
  const types = ready.map(async ({ spec }) => {
    const node = await api<{ metadata: { labels?: Record<string, string> } }>('GET', `/api/v1/nodes/${spec.nodeName}`)
    return node.body.metadata.labels?.['node.kubernetes.io/instance-type'] ?? 'gone'
  })
  return Promise.all(types)
}

async function killWhen(isTime: (said: string) => boolean, ...args: string[]): Promise<void> {
  let isKilled = false
  const onStart = (child: ChildProcess): void => {
    let said = ''
    child.stderr?.on('data', (text: Buffer | string) => {
      said += String(text)
      if (isKilled || !isTime(said)) return
      isKilled = true
      child.kill('SIGKILL')
    })
  }
  const killed = await kaito([...args, '--yes', '-n', namespace], { env: direct, onStart })
  expect(killed.signal, killed.stderr).toBe('SIGKILL')
}

/** Looks again and again while something goes on; what was seen of it each time. */
async function meanwhile<T>(work: Promise<T>, look: () => Promise<number>): Promise<{ done: T; least: number }> {
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  let least = Number.POSITIVE_INFINITY
  while (!isOver) {
    least = Math.min(least, await look())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { done: await over, least }
}

beforeAll(async () => {
  namespace = await createNamespace()
  before = { machines: await cloudMachines(), pools: await cloudPools() }
  const deployed = await run('deploy', 'mistral-7b', '--yes')
  expect(deployed.code, deployed.stderr).toBe(0)
  expect(await machines()).toEqual([`1 × ${A10}`])
})
afterAll(async () => {
  expect((await run('delete', 'mistral-7b', '--yes', '--ignore-not-found')).code).toBe(0)
  expect(await cloudPools()).toEqual(before.pools)
  await deleteNamespace(namespace)
})

describe('to another machine', () => {
  it('is asked about, with both machines, the price of the new one and the sum', async () => {
    const refused = await move(A100)
    expect(refused.code, refused.stderr).toBe(2)
    expect(refused.stderr).toContain(`from 1 × ${A10} to 1 × ${A100}`)
    expect(refused.stderr).toContain('$3.67 per hour, and $6.87 per hour until the old machines are gone.')
    expect(await machines()).toEqual([`1 × ${A10}`])
  })

  it('a killed run is told with both pools, and all of it goes back while the old pods serve', async () => {
    await killWhen((said) => said.includes('Deployment/mistral-7b: '), 'deploy', 'mistral-7b', '--instance-type', A100)
    expect(await machines()).toEqual([`1 × ${A100}`, `1 × ${A10}`])
    const now = await status()
    expect(now).toMatchObject({ leaving: [{ instanceType: A10, nodes: 1 }] })
    expect(now.message).toContain(`its move from ${A10} to ${A100} is not finished`)
    expect(now.usdPerHour).toBeCloseTo(6.873)
    const { done, least } = await meanwhile(
      move(A10, '--yes', '--progress', 'json'),
      async () => (await serving()).length,
    )
    expect(done.code, done.stderr).toBe(0)
    expect(least).toBeGreaterThan(0)
    // The pods of a first pool would be taken by any node of the workspace.
    expect(done.stderr).toMatch(/"subject":"node aks-\w+-\w+-vmss\w+","state":"cordoned"/)
    expect(await machines()).toEqual([`1 × ${A10}`])
    expect(await serving()).toEqual([A10])
  })

  it('serves all the while, and ends with the new pool alone', async () => {
    const { done, least } = await meanwhile(move(A100, '--yes'), async () => (await serving()).length)
    expect(done.code, done.stderr).toBe(0)
    expect(least).toBeGreaterThan(0)
    const { pool } = JSON.parse(done.stdout) as Deployed
    expect(pool).toMatchObject({ change: 'created', leaves: [{ instanceType: A10, nodes: 1, usdPerHour: 3.2 }] })
    expect(await machines()).toEqual([`1 × ${A100}`])
    expect(await serving()).toEqual([A100])
    const now = await status()
    expect(now).toMatchObject({ phase: 'Ready' })
    expect(now.usdPerHour).toBeCloseTo(3.673)
    expect(now.leaving).toBeUndefined()
  })

  it('the same again changes nothing', async () => {
    const again = await run('deploy', 'mistral-7b', '--yes')
    expect(again.code, again.stderr).toBe(0)
    const { pool, changes } = JSON.parse(again.stdout) as Deployed
    expect(pool).toMatchObject({ change: 'unchanged' })
    expect(pool.leaves).toBeUndefined()
    expect(changes.filter(({ change }) => change !== 'unchanged')).toEqual([])
  })

  it('that the model does not fit is refused before anything is made', async () => {
    const refused = await move('Standard_NC4as_T4_v3', '--yes')
    expect(refused.code, refused.stderr).toBe(3)
    expect(await machines()).toEqual([`1 × ${A100}`])
  })

  it('takes all replicas along', async () => {
    expect((await run('scale', 'mistral-7b', '--replicas', '2', '--yes')).code).toBe(0)
    const { done, least } = await meanwhile(move(A10, '--yes'), async () => (await serving()).length)
    expect(done.code, done.stderr).toBe(0)
    expect(least).toBeGreaterThanOrEqual(2)
    expect(await machines()).toEqual([`2 × ${A10}`])
    const back = await run('scale', 'mistral-7b', '--replicas', '1', '--yes')
    expect(back.code, back.stderr).toBe(0)
    expect(await machines()).toEqual([`1 × ${A10}`])
  })
})

describe('a pool that cannot be made', () => {
  it('for want of quota leaves the old one, and says how to go on and how to go back', async () => {
    await scriptCloud({ next: 'quota' })
    const failed = await move(A100, '--yes')
    expect(failed.code, failed.stderr).toBe(4)
    expect(errorOf(failed.stderr)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      left: [expect.stringMatching(/^Node pool \w+ \(1 × Standard_NV36ads_A10_v5, .*is untouched\.$/)],
      goOn: expect.stringMatching(new RegExp(`^kaito deploy mistral-7b .*--instance-type ${A100}`)),
      undo: expect.stringMatching(new RegExp(`^kaito deploy mistral-7b .*--instance-type ${A10}`)),
    })
    expect(await serving()).toEqual([A10])
    const now = await status()
    expect(now).toMatchObject({ phase: 'Ready', leaving: [{ instanceType: A10, nodes: 1 }] })
    expect(now.message).toContain(`its move from ${A10} to ${A100} is not finished`)
    expect(now.next).toContain(`--instance-type ${A10}`)
    expect(now.usdPerHour).toBeCloseTo(3.2)
  })

  it('and has failed in the cloud is taken away by a deploy with the old machine', async () => {
    await scriptCloud({ next: 'allocation' })
    expect((await move(A100, '--yes')).code).toBe(4)
    expect(await machines()).toEqual([`1 × ${A100}`, `1 × ${A10}`])
    expect((await status()).usdPerHour).toBeCloseTo(6.873)
    const asked = await move(A10)
    expect(asked.code, asked.stderr).toBe(2)
    expect(asked.stderr).toMatch(
      /This puts workspace mistral-7b .* on 1 × Standard_NV36ads_A10_v5 alone .*removes node pool/,
    )
    const { done, least } = await meanwhile(move(A10, '--yes'), async () => (await serving()).length)
    expect(done.code, done.stderr).toBe(0)
    expect(least).toBe(1)
    expect(await machines()).toEqual([`1 × ${A10}`])
    expect(await serving()).toEqual([A10])
  })

  it('is made when the same is asked again', async () => {
    await scriptCloud({ next: 'allocation' })
    expect((await move(A100, '--yes')).code).toBe(4)
    const again = await run('deploy', 'mistral-7b', '--yes')
    expect(again.code, again.stderr).toBe(0)
    expect(await machines()).toEqual([`1 × ${A100}`])
    expect(await serving()).toEqual([A100])
  })
})

describe('in the middle', () => {
  it('an old pool that stays is said to bill, and the same command again takes it away', async () => {
    await scriptCloud({ next: 'refuse-delete-late' })
    const failed = await move(A10, '--yes')
    expect(failed.code, failed.stderr).toBe(8)
    expect(failed.stderr).toMatch(/answers from its new machines, but the old node pool .* still bills/)
    expect((await status()).usdPerHour).toBeCloseTo(6.873)
    const again = await move(A10, '--yes')
    expect(again.code, again.stderr).toBe(0)
    expect(await machines()).toEqual([`1 × ${A10}`])
  })

  it('a third machine leaves the two before it', async () => {
    await scriptCloud({ next: 'allocation' })
    expect((await move(A100, '--yes')).code).toBe(4)
    const third = await move('Standard_NV72ads_A10_v5', '--yes')
    expect(third.code, third.stderr).toBe(0)
    expect((JSON.parse(third.stdout) as Deployed).pool.leaves).toHaveLength(2)
    expect(await machines()).toEqual(['1 × Standard_NV72ads_A10_v5'])
  })

  it('a delete takes both pools away', async () => {
    await scriptCloud({ next: 'allocation' })
    expect((await move(A100, '--yes')).code).toBe(4)
    expect(await machines()).toHaveLength(2)
    const gone = await run('delete', 'mistral-7b', '--yes')
    expect(gone.code, gone.stderr).toBe(0)
    expect(await machines()).toEqual([])
  })
})
