/** What the catalogue has of the toy cloud: its traits, and two machines. */
import type { GpuSku } from '#core/catalog/schema.ts'
import type { CloudTraits } from '#core/cloud/cloud-traits.ts'

export const POOL_LABEL = 'toy.example/pool'

export const TOY_TRAITS: CloudTraits = {
  id: 'toy',
  service: 'Toy Kubernetes',
  makesPools: true,
  providerIdPrefix: 'toy://',
  poolLabel: POOL_LABEL,
  // Shorter than any shipped cloud's.
  poolName: { pattern: '^[a-z][a-z0-9]{7,8}$', maxLength: 9 },
  maxNodes: 5,
  reservedLabels: ['toy.example'],
  ourTaints: [{ key: 'toy.example/paid', effect: 'NoSchedule' }],
  itsTaints: [],
  devicePlugin: 'by-image',
  usualSeconds: { ready: 250, gpus: 10 },
  getKubeconfig: 'toy kubeconfig',
}

const MACHINE: GpuSku = {
  cloud: 'toy',
  instanceType: 'toy.one',
  gpuModel: 'A100',
  gpuCount: 1,
  gpuMemoryGiB: 80,
  visibleMemoryGiB: 79.25,
  computeCapability: 8,
  vcpus: 24,
  memoryGiB: 220,
  localNvmeGiB: 0,
  usdPerHour: 1,
  priceRegion: 'meadow',
  priceDate: '2026-01-01',
}

export const TOY_MACHINES: readonly GpuSku[] = [
  MACHINE,
  { ...MACHINE, instanceType: 'toy.two', gpuCount: 2, vcpus: 48, memoryGiB: 440, usdPerHour: 2 },
]
