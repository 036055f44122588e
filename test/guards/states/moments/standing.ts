/** Workspaces that are up, with several settings, and what others have made of them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AT_ONCE, onScene, type Scene } from '../scene.ts'
import type { Body, State } from '../state.ts'

const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/mistral-7b'
const SERVICE = '/api/v1/namespaces/default/services/mistral-7b'
/** For controllers, and what they write. */
const SETTLED_MS = 500

export async function standing(): Promise<void> {
  await ready()
  await shared()
  await broken()
  await grown()
  await onOwnNode()
  await nothing()
}

async function nothing(): Promise<void> {
  await onScene(AT_ONCE, async ({ api, keep }) => {
    await keep('empty', 'there is nothing')
    const metadata = { name: 'mistral-7b-kaito' }
    await api('POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: {},
    })
    await keep('foreign-root', "a ConfigMap of the root's name is somebody else's")
  })
}

async function ready(): Promise<void> {
  await onScene(AT_ONCE, async ({ deploy, keep }) => {
    await deploy()
    await keep('ready', 'everything is Ready and answers')
    await keep('ready-locked', 'everything is Ready, and another run has the lock', { holder: 'at work' })
    await keep('ready-nodes-hidden', 'this identity may not list nodes', { denied: ['list nodes'] })
    await keep('ready-no-port-forward', 'this identity may not reach pods', { denied: ['create pods/portforward'] })
    await keep('other-model', 'another model answers', {
      edit(state) {
        const models = { status: 200, body: { object: 'list', data: [{ id: 'another', object: 'model' }] } }
        for (const way of Object.keys(state.engine)) if (way.endsWith('/v1/models')) state.engine[way] = models
      },
    })
    await keep('engine-failing', 'the pod is Ready, and fails when it is asked', {
      edit(state) {
        const failure = { status: 500, body: { error: { message: 'EngineCore encountered an issue.' } } }
        for (const way of Object.keys(state.engine)) if (way.endsWith('/v1/completions')) state.engine[way] = failure
      },
    })
    await keep('node-lost', 'the node of a Ready pod is not Ready', { edit: loseNode })
    await keep('root-broken', 'the root cannot be read', {
      edit(state) {
        const root = state.objects.find(({ metadata }) => metadata.name === 'mistral-7b-kaito' && metadata.labels)
        if (root !== undefined) root['data'] = { ...(root['data'] as object), 'spec.json': '{' }
      },
    })
  })
  const others: [string, string, ...string[]][] = [
    ['ready-network-policy', 'Ready behind a NetworkPolicy', '--network-policy'],
    ['ready-own-image', 'Ready, with an image of its own', '--image', 'registry.example.com/vllm/vllm-openai:v0.32.0'],
    ['ready-short-context', 'Ready, with a short context', '--max-model-len', '4096'],
    ['ready-two-replicas', 'two replicas are Ready', '--replicas', '2'],
    ['ready-api-key', 'Ready, and it wants a key', '--api-key'],
  ]
  for (const [name, about, ...flags] of others)
    await onScene(AT_ONCE, async ({ deploy, keep }) => {
      await deploy(...flags)
      await keep(name, about, { flags, ...(name === 'ready-api-key' ? { edit: withKey } : {}) })
    })
}

/** As the node controller leaves it after some minutes. */
function loseNode({ objects }: State): void {
  const ofWorkspace = objects.filter(({ metadata }) => metadata.labels?.['kaito.sh/workspace'] === 'mistral-7b')
  for (const { kind, status } of ofWorkspace as (Body & { status?: { conditions?: Condition[] } })[]) {
    for (const condition of status?.conditions ?? [])
      if (condition.type === 'Ready' || condition.type === 'Available') condition.status = 'False'
    if (kind === 'Deployment') Object.assign(status ?? {}, { readyReplicas: 0, availableReplicas: 0 })
  }
  for (const slice of objects.filter(({ kind }) => kind === 'EndpointSlice'))
    for (const endpoint of slice['endpoints'] as { conditions: object }[]) endpoint.conditions = { ready: false }
}

interface Condition {
  type: string
  status: string
}

/** What it was asked without a key was refused; a kaito brings the key. */
function withKey(state: State): void {
  for (const way of Object.keys(state.engine)) {
    if (way.endsWith('/health')) continue
    const served = 'mistral-7b-instruct-v0.3'
    const body = way.endsWith('/v1/models')
      ? { data: [{ id: served }] }
      : { model: served, choices: [{ text: 'Hello' }] }
    state.engine[way] = { status: 200, body }
  }
}

/** By those who scale. */
async function shared(): Promise<void> {
  const scaleTo = ({ api }: Scene, replicas: number) =>
    api('PUT', `${DEPLOYMENT}/scale?fieldManager=keda`, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'mistral-7b', namespace: 'default' },
      spec: { replicas },
    })
  await onScene(AT_ONCE, async (scene) => {
    const { deploy, keep } = scene
    await deploy()
    await scaleTo(scene, 2)
    await sleep(SETTLED_MS)
    await keep('scaled-beyond-the-pool', 'somebody wants two replicas, and there is one GPU')
    await scaleTo(scene, 0)
    await sleep(SETTLED_MS)
    await keep('asleep', 'an autoscaler has set replicas to 0')
  })
}

/** By hand. */
async function broken(): Promise<void> {
  const breaks: [string, string, (scene: Scene) => Promise<unknown>][] = [
    [
      'selector-broken',
      'the Service selects no pod',
      ({ api }) => api('PATCH', SERVICE, { spec: { selector: { 'app.kubernetes.io/name': 'another' } } }),
    ],
    [
      'port-broken',
      'the Service leads to a port that no container has',
      ({ api }) => api('PATCH', SERVICE, { spec: { ports: [{ name: 'http', port: 80, targetPort: 'another' }] } }),
    ],
    ['service-deleted', 'the Service was deleted by hand', ({ api }) => api('DELETE', SERVICE)],
    ['deployment-deleted', 'the Deployment was deleted by hand', ({ api }) => api('DELETE', DEPLOYMENT)],
    ['pool-gone', 'the pool was deleted in the cloud', deletePool],
  ]
  for (const [name, about, brake] of breaks)
    await onScene(AT_ONCE, async (scene) => {
      await scene.deploy()
      await brake(scene)
      await sleep(SETTLED_MS)
      await scene.keep(name, about)
      if (name !== 'deployment-deleted') return
      await scene.keep('lock-hidden', 'the Deployment is gone, and this identity may not see who is at work', {
        denied: ['get leases'],
      })
    })
}

async function deletePool({ sandbox, api, until }: Scene): Promise<void> {
  const nodes = (await api('GET', '/api/v1/nodes')) as unknown as { items: Body[] }
  const pool = nodes.items.map(({ metadata }) => metadata.labels?.['agentpool']).find((name) => name !== 'system')
  const cluster =
    '/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/simulated/providers/Microsoft.ContainerService/managedClusters/kaito-sandbox'
  const url = `${sandbox.process().armUrl}${cluster}/agentPools/${pool}?api-version=2025-10-01`
  await fetch(url, { method: 'DELETE', headers: { authorization: 'Bearer any' } })
  await until('/api/v1/nodes', ({ length }) => length === 1)
}

/** Changed by a deploy, at a moment of its rollout. */
async function grown(): Promise<void> {
  await onScene(AT_ONCE, async ({ deploy, api, until, keep, setSpeed }) => {
    await deploy('--replicas', '2')
    await setSpeed(1)
    const { items } = (await api('GET', '/api/v1/pods')) as unknown as { items: Body[] }
    const path = `/api/v1/namespaces/default/pods/${items[0]?.metadata.name}?gracePeriodSeconds=0`
    await api('DELETE', path)
    await until('/api/v1/pods', (pods) => pods.length === 2)
    await sleep(SETTLED_MS)
    await keep('one-of-two', 'one of two replicas is Ready, the other starts', { flags: ['--replicas', '2'] })
  })
  await onScene(AT_ONCE, async ({ deploy, begin, until, keep, setSpeed }) => {
    await deploy()
    await setSpeed(5)
    const done = begin('deploy', 'mistral-7b', '--yes', '--max-model-len', '4096')
    await until('/apis/apps/v1/replicasets', ({ length }) => length === 2)
    await sleep(SETTLED_MS)
    await keep('rollout-begun', 'a new version takes the place of the old one', {
      flags: ['--max-model-len', '4096'],
      holder: 'at work',
    })
    await setSpeed(AT_ONCE)
    await done
  })
}

async function onOwnNode(): Promise<void> {
  const resources = { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' }
  const labels = {
    'kubernetes.io/hostname': 'my-gpu-node',
    'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
    'nvidia.com/gpu.memory': '81920',
    'nvidia.com/gpu.count': '1',
    'nvidia.com/gpu.compute.major': '8',
    'nvidia.com/gpu.compute.minor': '0',
  }
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'my-gpu-node', labels } }
  await onScene(AT_ONCE, async ({ api, until, deploy, keep }) => {
    await api('POST', '/api/v1/nodes', { ...node, status: { capacity: resources, allocatable: resources } })
    await until('/api/v1/nodes', (nodes) => nodes.some(({ metadata, ...body }) => isGpuNode(metadata.name, body)))
    await deploy('--byo')
    await keep('own-nodes-ready', 'Ready on a node of its own', { flags: ['--byo'] })
    const path = '/api/v1/nodes/my-gpu-node'
    await api('PATCH', path, { spec: { taints: [{ key: 'team', value: 'research', effect: 'NoSchedule' }] } })
    const { items } = (await api('GET', '/api/v1/pods')) as unknown as { items: Body[] }
    await api('DELETE', `/api/v1/namespaces/default/pods/${items[0]?.metadata.name}?gracePeriodSeconds=0`)
    await sleep(SETTLED_MS)
    await keep('own-nodes-tainted', 'the pod was ended, and its node has a taint now', { flags: ['--byo'] })
  })
}

function isGpuNode(name: string, { status }: Omit<Body, 'metadata'>): boolean {
  return name === 'my-gpu-node' && JSON.stringify(status).includes('nvidia.com/gpu')
}
