/** The instances of a ready pool's scale set, as AKS makes them. */
import type { Taint } from '#core/cloud/node-pool.ts'
import type { Machine } from '../machines.ts'
import type { FakeIdentity, PoolRecord } from './model.ts'
import type { MachineType } from './offer.ts'

const POOL_LABEL = 'kubernetes.azure.com/agentpool'

const UNKNOWN: MachineType = { instanceType: 'unknown', vcpus: 2, memoryGiB: 8, gpuCount: 0 }

/**
 * The machine that instance `index` is. ASSUMED: a device plugin is already there; a bare AKS pool has none and shows no
 * nvidia.com/gpu.
 */
export function machineOf(
  { name: pool, properties }: PoolRecord,
  index: number,
  fake: FakeIdentity,
  type: MachineType = UNKNOWN,
): Machine {
  const scaleSet = `aks-${pool}-${fake.digits}-vmss`
  const group = `/subscriptions/${fake.subscription}/resourceGroups/${fake.nodeResourceGroup.toLowerCase()}`
  const { instanceType, vcpus, memoryGiB, gpuCount: gpus } = type
  return {
    name: `${scaleSet}${index.toString(36).padStart(6, '0')}`,
    providerId: `azure://${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}/virtualMachines/${index}`,
    instanceType,
    vcpus,
    memoryGiB,
    diskGiB: Number(properties.osDiskSizeGB ?? 0) || 128,
    gpus,
    labels: labelsOf(pool, properties, fake, gpus),
    taints: ((properties.nodeTaints ?? []) as string[]).map(parseTaint),
  }
}

export function instancesOf({ instances, properties }: PoolRecord): number[] {
  return instances ?? Array.from({ length: Number(properties.count ?? 1) }, (_, index) => index)
}

/**
 * As many as are asked for. ASSUMED: a number is never given twice, and of a smaller count those with the highest numbers go
 * (https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-scale-in-policy).
 */
export function resize(pool: PoolRecord): void {
  const { instances: before = [] } = pool
  const count = Number(pool.properties.count ?? 1)
  const first = Math.max(pool.nextInstance ?? 0, ...before.map((index) => index + 1))
  const more = Array.from({ length: Math.max(0, count - before.length) }, (_, index) => first + index)
  pool.instances = [...before.slice(0, count), ...more]
  pool.nextInstance = first + more.length
}

function labelsOf(
  pool: string,
  properties: PoolRecord['properties'],
  fake: FakeIdentity,
  gpus: number,
): Record<string, string> {
  return {
    agentpool: pool,
    [POOL_LABEL]: pool,
    'kubernetes.azure.com/cluster': fake.nodeResourceGroup,
    'kubernetes.azure.com/mode': String(properties.mode ?? 'User').toLowerCase(),
    'kubernetes.azure.com/os-sku': String(properties.osSKU ?? 'Ubuntu'),
    'topology.kubernetes.io/region': fake.location,
    // AKS writes "0" (the fault domain) as zone of a pool without zones.
    'topology.kubernetes.io/zone': '0',
    ...(gpus > 0 ? { 'kubernetes.azure.com/accelerator': 'nvidia', accelerator: 'nvidia' } : {}),
    ...(properties.nodeLabels as Record<string, string> | undefined),
  }
}

function parseTaint(text: string): Taint {
  const [pair = '', effect = ''] = text.split(/:(?=[A-Za-z]+$)/)
  const [key = '', value = ''] = pair.split('=')
  return { key, effect: effect as Taint['effect'], ...(value === '' ? {} : { value }) }
}
