/** Nodes of a ready pool, as AKS makes them, for kwok to play. */
import type { KubeCall } from './kube-api.ts'
import type { FakeIdentity, PoolRecord } from './model.ts'
import { findSize } from './sizes.ts'

const POOL_LABEL = 'kubernetes.azure.com/agentpool'

function parseTaint(text: string): Record<string, string> {
  const [pair = '', effect = ''] = text.split(/:(?=[A-Za-z]+$)/)
  const [key = '', value] = pair.split('=')
  return value === undefined || value === '' ? { key, effect } : { key, value, effect }
}

function labelsOf(pool: PoolRecord, nodeName: string, fake: FakeIdentity): Record<string, string> {
  const [vmSize, size] = findSize(pool.properties.vmSize) ?? ['unknown', undefined]
  const accelerator: Record<string, string> =
    (size?.gpus ?? 0) > 0 ? { 'kubernetes.azure.com/accelerator': 'nvidia', accelerator: 'nvidia' } : {}
  return {
    agentpool: pool.name,
    [POOL_LABEL]: pool.name,
    'kubernetes.azure.com/cluster': fake.nodeResourceGroup,
    'kubernetes.azure.com/mode': String(pool.properties.mode ?? 'User').toLowerCase(),
    'kubernetes.azure.com/os-sku': String(pool.properties.osSKU ?? 'Ubuntu'),
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'node.kubernetes.io/instance-type': vmSize,
    'topology.kubernetes.io/region': fake.location,
    // AKS writes "0" (the fault domain) as zone of a pool without zones.
    'topology.kubernetes.io/zone': '0',
    ...accelerator,
    ...(pool.properties.nodeLabels as Record<string, string> | undefined),
  }
}

function resourcesOf(pool: PoolRecord, hasGpus: boolean): Record<string, string> {
  const size = findSize(pool.properties.vmSize)?.[1]
  const disk = Number(pool.properties.osDiskSizeGB ?? 0) || 128
  const resources: Record<string, string> = {
    cpu: String(size?.vcpus ?? 2),
    memory: `${size?.memoryGiB ?? 8}Gi`,
    'ephemeral-storage': `${disk}Gi`,
    pods: '110',
  }
  // ASSUMED: a device plugin is already there; a bare AKS pool has none and shows no nvidia.com/gpu.
  return hasGpus && (size?.gpus ?? 0) > 0 ? { ...resources, 'nvidia.com/gpu': String(size?.gpus) } : resources
}

/** The Node that instance `index` of the pool's scale set becomes. @param hasGpus a device plugin announces them. */
export function nodeOf(pool: PoolRecord, index: number, fake: FakeIdentity, hasGpus = true): Record<string, unknown> {
  const resources = resourcesOf(pool, hasGpus)
  const scaleSet = `aks-${pool.name}-${fake.digits}-vmss`
  const name = `${scaleSet}${index.toString(36).padStart(6, '0')}`
  const group = `/subscriptions/${fake.subscription}/resourceGroups/${fake.nodeResourceGroup.toLowerCase()}`
  const taints = ((pool.properties.nodeTaints ?? []) as string[]).map(parseTaint)
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: labelsOf(pool, name, fake),
      annotations: { 'kwok.x-k8s.io/node': 'fake', 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: {
      providerID: `azure://${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}/virtualMachines/${index}`,
      ...(taints.length > 0 ? { taints } : {}),
    },
    status: { capacity: resources, allocatable: resources },
  }
}

/** Makes the nodes that are missing. */
export async function joinNodes(kube: KubeCall, pool: PoolRecord, fake: FakeIdentity, hasGpus: boolean): Promise<void> {
  const count = Number(pool.properties.count ?? 1)
  for (let index = 0; index < count; index++) {
    const answer = await kube('POST', '/api/v1/nodes', nodeOf(pool, index, fake, hasGpus))
    if (answer.status >= 300 && answer.status !== 409) {
      throw new Error(`POST node: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
  }
}

export async function removeNodes(kube: KubeCall, poolName: string): Promise<void> {
  const selector = encodeURIComponent(`${POOL_LABEL}=${poolName}`)
  const answer = await kube('GET', `/api/v1/nodes?labelSelector=${selector}`)
  const items = (answer.body as { items?: { metadata: { name: string } }[] } | undefined)?.items ?? []
  for (const item of items) await kube('DELETE', `/api/v1/nodes/${item.metadata.name}`)
}
