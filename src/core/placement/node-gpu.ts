/** What GPUs a node has, from its labels: NVIDIA's own, or the instance type when the catalogue knows it. */
import type { GpuKind, Machines } from '../catalog/catalog.ts'
import type { GpuShape } from '../sizing/types.ts'
import { shapeOf } from './choose-sku.ts'
import type { NodeFact } from './facts.ts'

export const PRODUCT_LABEL = 'nvidia.com/gpu.product'
const MEMORY_LABEL = 'nvidia.com/gpu.memory'
const COUNT_LABEL = 'nvidia.com/gpu.count'
const TYPE_LABELS = ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type']

/** For products that the catalogue does not know: what every GPU that engines still run on can do, but no bf16. */
const LEAST_CAPABILITY = 7.5

export function instanceTypeOf(node: NodeFact): string | undefined {
  return TYPE_LABELS.map((label) => node.labels[label]).find((value) => value !== undefined)
}

/** Undefined when neither kind of label says how much memory there is. */
export function gpuOf(node: NodeFact, machines: Machines): GpuShape | undefined {
  const type = instanceTypeOf(node)
  const sku = type === undefined ? undefined : machines.find(type)
  const byType = sku === undefined ? undefined : shapeOf(sku)
  const labelled = Number(node.labels[MEMORY_LABEL])
  const maxCuda = cudaOf(node) ?? byType?.maxCuda
  const perNode = countOf(node)
  if (!(labelled > 0)) return byType === undefined ? undefined : { ...byType, perNode, maxCuda }
  const product = node.labels[PRODUCT_LABEL]
  const known = product === undefined ? undefined : knownProduct(product, machines.gpuKinds())
  return {
    model: product ?? byType?.model ?? 'GPU',
    perNode,
    visibleGiB: visibleOf(labelled),
    computeCapability: capabilityOf(node) ?? known?.computeCapability ?? byType?.computeCapability ?? LEAST_CAPABILITY,
    maxCuda,
  }
}

/** What can be allocated wins over the label: a sliced or broken GPU is not there. */
function countOf(node: NodeFact): number {
  return node.gpus > 0 ? node.gpus : Number(node.labels[COUNT_LABEL] ?? 0)
}

/** The label is the physical memory in MiB; the driver shows 0.5 to 1 GiB less (T4 15.0 → 14.56, H200 140.4 → 139.7). */
function visibleOf(mib: number): number {
  const gib = mib / 1024
  return Math.round((gib - Math.max(0.6, 0.01 * gib)) * 100) / 100
}

function capabilityOf({ labels }: NodeFact): number | undefined {
  const major = labels['nvidia.com/gpu.compute.major']
  const minor = labels['nvidia.com/gpu.compute.minor'] ?? '0'
  return major === undefined ? undefined : Number(`${major}.${minor}`)
}

/** The newest CUDA that the driver runs, as GPU feature discovery writes it (both spellings, old and new). */
function cudaOf({ labels }: NodeFact): string | undefined {
  for (const prefix of ['nvidia.com/cuda.runtime-version', 'nvidia.com/cuda.runtime']) {
    const major = labels[`${prefix}.major`]
    if (major !== undefined) return `${major}.${labels[`${prefix}.minor`] ?? '0'}`
  }
  return undefined
}

/** `NVIDIA-A100-SXM4-80GB` is an A100, `Tesla-T4` a T4; the words must be equal, for L4 is not L40S. */
function knownProduct(product: string, kinds: readonly GpuKind[]): GpuKind | undefined {
  const words = product.toUpperCase().split(/[^A-Z0-9]+/)
  return kinds.find(({ gpuModel }) =>
    gpuModel
      .toUpperCase()
      .split(' ')
      .every((word) => words.includes(word)),
  )
}
