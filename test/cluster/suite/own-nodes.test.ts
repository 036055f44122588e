/** One's own GPU nodes: nothing is created in a cloud, and nothing of theirs is touched. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  sayOfUnscheduled,
  unschedulePods,
} from './bed.ts'
import { kaito } from './kaito.ts'

const NODE = 'my-gpu-node'

function node(gpus: number): object {
  const resources = {
    cpu: '32',
    memory: '220Gi',
    'ephemeral-storage': '500Gi',
    pods: '110',
    'nvidia.com/gpu': String(gpus),
  }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: NODE,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      // As NVIDIA's feature discovery labels them.
      labels: {
        'kubernetes.io/hostname': NODE,
        'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
        'nvidia.com/gpu.memory': '81920',
        'nvidia.com/gpu.count': String(gpus),
        'nvidia.com/gpu.compute.major': '8',
        'nvidia.com/gpu.compute.minor': '0',
      },
    },
    status: { capacity: resources, allocatable: resources },
  }
}

function taint(taints: object[] | null): Promise<unknown> {
  return api('PATCH', `/api/v1/nodes/${NODE}`, { spec: { taints } }, 'application/merge-patch+json')
}

describe('--byo', () => {
  let namespace = ''
  const run = (...args: string[]) => kaito([...args, '-n', namespace, '-o', 'json'], { env: direct })

  beforeAll(async () => {
    namespace = await createNamespace()
  })
  afterAll(async () => {
    await api('DELETE', `/api/v1/nodes/${NODE}`)
    await deleteNamespace(namespace)
  })

  it('without a GPU node is refused before anything is made', async () => {
    const before = await inventory(namespace)
    const refused = await run('deploy', 'mistral-7b', '--byo')
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toContain('PREFLIGHT_REFUSED')
    expect(await inventory(namespace)).toEqual(before)
  })

  it('deploys to the node without a question, since nothing costs more than before', async () => {
    await api('POST', '/api/v1/nodes', node(1))
    await eventually(async () => (await nodeNames()).includes(NODE), 'the node is there')
    const pools = await cloudPools()
    let done = await run('deploy', 'mistral-7b', '--byo')
    // kwok makes the node Ready a moment after it was created.
    if (done.code === 3) done = await run('deploy', 'mistral-7b', '--byo')
    expect(done.code, done.stderr).toBe(0)
    expect(JSON.parse(done.stdout)).toMatchObject({ pool: { change: 'existing' } })
    expect(await cloudPools()).toEqual(pools)
    const { body } = await api<{ items: { spec: { nodeName: string } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/pods`,
    )
    expect(body.items.map(({ spec }) => spec.nodeName)).toEqual([NODE])
  })

  it('again is unchanged, although the GPU is taken now: by the workspace itself', async () => {
    const again = await run('deploy', 'mistral-7b', '--byo')
    expect(again.code, again.stderr).toBe(0)
    const { changes } = JSON.parse(again.stdout) as { changes: { change: string }[] }
    expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(['unchanged']))
  })

  it('status says that a node is being added, as long as the autoscaler says so', async () => {
    const phase = async (): Promise<unknown> => {
      const { stdout } = await run('status', 'mistral-7b')
      const { workspaces } = JSON.parse(stdout) as { workspaces: { phase: string; message: string }[] }
      return workspaces[0]
    }
    await taint([{ key: 'team', value: 'other', effect: 'NoSchedule' }])
    try {
      await unschedulePods(namespace)
      expect(await phase()).toMatchObject({ phase: 'Failed' })
      await sayOfUnscheduled(namespace, 'TriggeredScaleUp', 'pod triggered scale-up: [{gpu 0->1 (max: 1)}]')
      expect(await phase()).toMatchObject({
        phase: 'Progressing',
        message: expect.stringContaining('the autoscaler is adding'),
      })
    } finally {
      await taint(null)
    }
    const again = await run('wait', 'mistral-7b')
    expect(again.code, again.stderr).toBe(0)
  })

  it('a taint that a patch tolerates is no obstacle, and without the patch it is named', async () => {
    await taint([{ key: 'team', value: 'other', effect: 'NoSchedule' }])
    try {
      const refused = await run('plan', 'mistral-7b', '--byo')
      expect(refused.code, refused.stderr).toBe(3)
      expect(refused.stderr).toContain('team=other:NoSchedule')
      const patch = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'tolerate.patch.yaml')
      const tolerations = [{ key: 'team', operator: 'Exists' }]
      writeFileSync(patch, JSON.stringify({ kind: 'Deployment', spec: { template: { spec: { tolerations } } } }))
      const done = await run('plan', 'mistral-7b', '--byo', '--patch', patch)
      expect(done.code, done.stderr).toBe(0)
    } finally {
      await taint(null)
    }
  })

  it('a second model finds no GPU free, and is refused', async () => {
    const refused = await run('deploy', 'phi-4-mini-instruct', '--byo')
    expect(refused.code, refused.stderr).toBe(3)
  })

  it('delete leaves the node', async () => {
    expect((await run('delete', 'mistral-7b', '--yes')).code).toBe(0)
    expect(await nodeNames()).toContain(NODE)
    expect(
      Object.keys(await inventory(namespace)).filter((name) => /^(deployments|pods|services)\//.test(name)),
    ).toEqual([])
  })
})
