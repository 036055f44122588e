/** Reads a sandbox as a client could: every object, the logs of its pods, the cloud and what listens. */
import { existsSync, readFileSync } from 'node:fs'
import type { OwnSandbox } from '../../sandbox/sandbox.ts'
import type { Answer, Body, State } from './state.ts'

const KINDS = [
  'api/v1/configmaps',
  'api/v1/events',
  'api/v1/namespaces',
  'api/v1/nodes',
  'api/v1/persistentvolumeclaims',
  'api/v1/pods',
  'api/v1/secrets',
  'api/v1/serviceaccounts',
  'api/v1/services',
  'apis/apps/v1/deployments',
  'apis/apps/v1/replicasets',
  'apis/coordination.k8s.io/v1/leases',
  'apis/discovery.k8s.io/v1/endpointslices',
  'apis/networking.k8s.io/v1/networkpolicies',
  'apis/policy/v1/poddisruptionbudgets',
]
const CLUSTERS = '/subscriptions/00000000-0000-4000-8000-000000000000/providers/Microsoft.ContainerService'
const CLUSTER =
  '/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/simulated/providers/Microsoft.ContainerService/managedClusters/kaito-sandbox'
const QUESTION = { prompt: 'Hello', max_tokens: 1, temperature: 0 }

export type Captured = Pick<State, 'capturedAt' | 'objects' | 'logs' | 'cloud' | 'engine'>

export async function capture(sandbox: OwnSandbox): Promise<Captured> {
  const { url, armUrl, token } = sandbox.process()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const kube = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/${path}`, { ...init, headers })
  const capturedAt = new Date().toISOString()
  const lists = await Promise.all(KINDS.map(async (path) => (await kube(path)).json() as Promise<{ items: Body[] }>))
  const objects = lists.flatMap(({ items }) => items).map(withoutHolder)
  const [logs, cloud, engine] = await Promise.all([
    logsOf(objects, kube),
    cloudOf(sandbox, armUrl),
    engineOf(objects, kube),
  ])
  return { capturedAt, objects, logs, cloud, engine }
}

/** Who it was says what it was recorded on; who it is to be stands in the state. */
function withoutHolder(object: Body): Body {
  return object.kind === 'Lease' ? { ...object, spec: { ...(object['spec'] as object), holderIdentity: '' } } : object
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>

async function logsOf(objects: readonly Body[], kube: Ask): Promise<State['logs']> {
  const logs: State['logs'] = {}
  for (const { metadata } of objects.filter(({ kind }) => kind === 'Pod')) {
    for (const which of ['', ' previous']) {
      const path = `api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log?tailLines=500`
      const answer = await kube(`${path}${which === '' ? '' : '&previous=true'}`)
      if (answer.ok) logs[`${metadata.name}${which}`] = await answer.text()
    }
  }
  return logs
}

async function cloudOf(sandbox: OwnSandbox, armUrl: string): Promise<State['cloud']> {
  const file = sandbox.file('cloud.json')
  // It is written with the first change.
  const state = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { pools: {}, operations: {} }) as {
    pools: Record<string, unknown>
    operations: Record<string, unknown>
  }
  const paths = [
    `${CLUSTERS}/managedClusters`,
    `${CLUSTERS}/managedClusters?$skiptoken=2`,
    CLUSTER,
    `${CLUSTER}/agentPools`,
    ...Object.keys(state.pools).map((pool) => `${CLUSTER}/agentPools/${pool}`),
    ...Object.keys(state.operations).map((id) => `${CLUSTERS}/locations/eastus2/operations/${id}`),
  ]
  const cloud: State['cloud'] = {}
  for (const path of paths) {
    const query = `${path.includes('?') ? '&' : '?'}api-version=2025-10-01`
    const answer = await fetch(`${armUrl}${path}${query}`, { headers: { authorization: 'Bearer any' } })
    cloud[path] = { status: answer.status, body: await bodyOf(answer) }
  }
  return cloud
}

async function engineOf(objects: readonly Body[], kube: Ask): Promise<State['engine']> {
  const engine: State['engine'] = {}
  const note = async (kind: string, { metadata }: Body, port: number, paths: readonly string[]): Promise<void> => {
    for (const path of paths) {
      const isQuestion = path.endsWith('completions')
      const init = isQuestion ? { method: 'POST', body: JSON.stringify({ ...QUESTION, model: modelIn(engine) }) } : {}
      const way = `api/v1/namespaces/${metadata.namespace}/${kind}/${metadata.name}:${port}/proxy${path}`
      const answer = await kube(way, init)
      const isOfServer = answer.status === 503
      if (!isOfServer)
        engine[`${kind}/${metadata.name}:${port}${path}`] = { status: answer.status, body: await bodyOf(answer) }
    }
  }
  for (const pod of objects.filter(({ kind }) => kind === 'Pod'))
    for (const port of portsOf(pod)) await note('pods', pod, port, ['/health', '/v1/models', '/v1/completions'])
  for (const service of objects.filter(({ kind }) => kind === 'Service'))
    for (const { port } of (service['spec'] as { ports?: { port: number }[] }).ports ?? [])
      await note('services', service, port, ['/health', '/v1/models'])
  return engine
}

function modelIn(engine: State['engine']): string | undefined {
  const models = Object.entries(engine).find(([key]) => key.endsWith('/v1/models'))?.[1]
  return (models?.body as { data?: { id: string }[] } | undefined)?.data?.[0]?.id
}

function portsOf(pod: Body): number[] {
  const { containers } = pod['spec'] as { containers: { ports?: { containerPort: number }[] }[] }
  return containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))
}

async function bodyOf(answer: Response): Promise<Answer['body']> {
  const text = await answer.text()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
