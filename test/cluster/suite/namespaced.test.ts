/** With rights in one namespace and nowhere else, on one's own nodes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api, createNamespace, deleteNamespace, direct, eventually, sayOfUnscheduled, unschedulePods } from './bed.ts'
import { kaito } from './kaito.ts'
import { createUser } from './user.ts'

const NODE = 'node-of-somebody-else'
const RESOURCES = { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' }

describe('the Roles of docs/rbac alone', () => {
  let namespace = ''
  let kubeconfig = ''
  const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: { ...direct, KUBECONFIG: kubeconfig } })

  beforeAll(async () => {
    namespace = await createNamespace()
    await api('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: NODE, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
      status: { capacity: RESOURCES, allocatable: RESOURCES },
    })
    kubeconfig = (await createUser(namespace, ['Role'])).kubeconfig
    const node = () =>
      api<{ status?: { conditions?: { type: string; status: string }[] } }>('GET', `/api/v1/nodes/${NODE}`)
    const isReady = async () =>
      (await node()).body.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true
    await eventually(isReady, 'the node is Ready')
  })
  afterAll(async () => {
    await kaito(['delete', 'mistral-7b', '--byo', '--yes', '-n', namespace], { env: direct })
    await api('DELETE', `/api/v1/nodes/${NODE}`)
    await deleteNamespace(namespace)
  })

  it('deploy says what it could not see, and everything works', async () => {
    const done = await run('deploy', 'mistral-7b', '--byo', '--api-key')
    expect(done.code, done.stderr).toBe(0)
    expect(done.stderr).toContain('may not list nodes')
    for (const args of [
      ['deploy', 'mistral-7b', '--byo'],
      ['status', 'mistral-7b', '--deep'],
      ['wait', 'mistral-7b'],
      ['endpoint', 'mistral-7b'],
      ['logs', 'mistral-7b', '--tail', '5'],
      ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '4'],
    ]) {
      const next = await run(...args)
      expect(next.code, `${args.join(' ')}: ${next.stderr}`).toBe(0)
    }
  })

  it('whether there is an autoscaler cannot be seen: a pod without a node waits for one scan of it', async () => {
    const taint = (taints: object[] | null) =>
      api('PATCH', `/api/v1/nodes/${NODE}`, { spec: { taints } }, 'application/merge-patch+json')
    await taint([{ key: 'team', value: 'other', effect: 'NoSchedule' }])
    try {
      await unschedulePods(namespace)
      const begin = performance.now()
      const alone = await run('wait', 'mistral-7b')
      // Which of the two the scheduler's words tell hangs on the other nodes of the bed.
      expect(alone.stderr).toMatch(/TAINT_NOT_TOLERATED|NO_GPU_FREE/)
      expect(performance.now() - begin).toBeGreaterThan(12_000)
      expect(performance.now() - begin).toBeLessThan(25_000)
      const speak = async (): Promise<void> => {
        // Beyond the time for which a hopeless state must hold.
        await new Promise((resolve) => setTimeout(resolve, 9_000))
        await sayOfUnscheduled(namespace, 'TriggeredScaleUp', 'pod triggered scale-up: [{gpu 0->1 (max: 1)}]')
        await new Promise((resolve) => setTimeout(resolve, 9_000))
        await taint(null)
      }
      // What has waited so long already is given no second scan: a new pod is.
      await unschedulePods(namespace)
      const [helped] = await Promise.all([run('wait', 'mistral-7b'), speak()])
      expect(helped.code, helped.stderr).toBe(0)
    } finally {
      await taint(null)
    }
  })

  it('a node pool is more than a namespace: without --byo the missing right is named', async () => {
    const done = await run('deploy', 'mistral-7b', '--yes', '--name', 'other')
    expect(done.code, done.stderr).toBe(5)
    expect(done.stderr).toMatch(/cannot (list resource "nodes"|get resource "namespaces")/)
  })

  it('delete takes all of it away, the key too', async () => {
    // As the deploy has printed it.
    const done = await run('delete', 'mistral-7b', '--yes')
    expect(done.code, done.stderr).toBe(0)
    const secrets = await api<{ items: { metadata: { name: string } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/secrets`,
    )
    expect(secrets.body.items).toEqual([])
  })
})
