/** The running bed as the suites see it, or the sandbox in its place. They fail, and never skip, when it is not up. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Run, RunOptions } from '../../support/run-kaito.ts'
import { ARM_URL, KUBECONFIG } from '../starter/places.ts'
import { api, type KubeUpstream, readKubeconfig, SANDBOX, upstream } from './api.ts'
import { eventually } from './eventually.ts'
import { type Interceptor, startInterceptor } from './interceptor.ts'
import { identities, kaito } from './kaito.ts'
import { createUser, type User } from './user.ts'

export { api, isSandbox, upstream } from './api.ts'
export { cloudMachines, cloudPools, scriptCloud, seedPoolLike } from './cloud.ts'
export { eventually } from './eventually.ts'

/** `minimal`: kaito runs with the rights of docs/rbac in each namespace, and not as the bed's administrator. */
const ROLE = process.env['KAITO_SUITE_ROLE']
const users = new Map<string, User>()

export async function createNamespace(
  labels: Record<string, string> = {},
  name = `t-${Math.random().toString(36).slice(2, 10)}`,
): Promise<string> {
  await api('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await api('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200) {
      if (ROLE === 'minimal') await enter(name)
      return name
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`namespace ${name} never got its default ServiceAccount`)
}

async function enter(namespace: string): Promise<void> {
  const user = await createUser(namespace)
  users.set(namespace, user)
  identities.set(namespace, user.kubeconfig)
}

export async function deleteNamespace(name: string): Promise<void> {
  await users.get(name)?.remove()
  await api('DELETE', `/api/v1/namespaces/${name}`)
}

/** Kinds that a workspace can touch, directly or through a controller. */
const LISTED = [
  '/api/v1/namespaces/NS/configmaps',
  '/api/v1/namespaces/NS/secrets',
  '/api/v1/namespaces/NS/services',
  '/api/v1/namespaces/NS/serviceaccounts',
  '/api/v1/namespaces/NS/persistentvolumeclaims',
  '/api/v1/namespaces/NS/pods',
  '/api/v1/namespaces/NS/endpoints',
  '/apis/apps/v1/namespaces/NS/deployments',
  '/apis/apps/v1/namespaces/NS/replicasets',
  '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  '/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices',
  '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
] as const

interface Listed {
  metadata: { name: string; resourceVersion: string }
}

const get = <T>(path: string, server: KubeUpstream) => api<T>('GET', path, undefined, undefined, server)

/** `configmaps/x` → resourceVersion, of everything in the namespace; Events aside. */
export async function inventory(namespace: string, server = upstream()): Promise<Record<string, string>> {
  const entries = await Promise.all(
    LISTED.map(async (path) => {
      const { body } = await get<{ items: Listed[] }>(path.replace('NS', namespace), server)
      const plural = path.split('/').at(-1)
      return body.items.map(({ metadata }) => [`${plural}/${metadata.name}`, metadata.resourceVersion] as const)
    }),
  )
  return Object.fromEntries(entries.flat().sort(([a], [b]) => (a < b ? -1 : 1)))
}

export async function nodeNames(server = upstream()): Promise<string[]> {
  const { body } = await get<{ items: Listed[] }>('/api/v1/nodes', server)
  return body.items.map((node) => node.metadata.name).sort()
}

/** Environment of a kaito that talks to the bed directly. */
export const direct: Record<string, string> =
  SANDBOX === undefined
    ? { KUBECONFIG, KAITO_TEST_AZURE_ENDPOINT: ARM_URL, KAITO_TEST_AZURE_POLL_MS: '50', CI: 'true' }
    : { XDG_STATE_HOME: SANDBOX, KAITO_SANDBOX: '1', KAITO_SANDBOX_SPEED: '600', CI: 'true' }

/** A kaito whose every request passes an interceptor. */
export async function intercepted(): Promise<{
  interceptor: Interceptor
  env: Record<string, string>
  run(args: readonly string[], options?: RunOptions): Promise<Run>
}> {
  const interceptor = await startInterceptor(upstream(), { url: ARM_URL })
  const config = readKubeconfig()
  for (const { cluster } of config.clusters) {
    cluster.server = interceptor.kubeUrl
    delete cluster['certificate-authority-data']
    cluster['insecure-skip-tls-verify'] = true
  }
  const file = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'kubeconfig')
  writeFileSync(file, stringify(config), { mode: 0o600 })
  const env = { ...direct, KUBECONFIG: file, KAITO_TEST_AZURE_ENDPOINT: interceptor.armUrl }
  return { interceptor, env, run: (args, options = {}) => kaito(args, { ...options, env: { ...env, ...options.env } }) }
}

interface PodOnBed {
  metadata: { name: string; uid: string }
  status: { conditions?: { type: string; status: string }[] }
}

async function listPods(namespace: string): Promise<PodOnBed[]> {
  return (await api<{ items: PodOnBed[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).body.items
}

/** The namespace's pods that no node takes. */
async function unscheduledPods(namespace: string): Promise<PodOnBed[]> {
  return (await listPods(namespace)).filter(({ status }) =>
    status.conditions?.some((c) => c.type === 'PodScheduled' && c.status === 'False'),
  )
}

/** Takes the pods away, where no node takes new ones. */
export async function unschedulePods(namespace: string): Promise<void> {
  for (const { metadata } of await listPods(namespace))
    await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${metadata.name}?gracePeriodSeconds=0`)
  await eventually(async () => (await unscheduledPods(namespace)).length > 0, 'the new pod finds no node')
}

/** What cluster-autoscaler writes on pods that wait. */
export async function sayOfUnscheduled(namespace: string, reason: string, message: string): Promise<void> {
  for (const { metadata } of await unscheduledPods(namespace)) {
    await api('POST', `/api/v1/namespaces/${namespace}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${metadata.name}.${reason.toLowerCase()}` },
      involvedObject: { kind: 'Pod', name: metadata.name, namespace, uid: metadata.uid },
      reason,
      message,
      type: 'Normal',
      source: { component: 'cluster-autoscaler' },
    })
  }
}
