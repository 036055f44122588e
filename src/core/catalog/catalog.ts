/** What kaito knows of models, machines and engines, asked by name: an answer reads what the question names, no more. */
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import type { EngineImage, FlagTable, GpuSku, ModelPreset } from './schema.ts'

export interface Catalog {
  models: Models
  machines: Machines
  readonly clouds: readonly CloudTraits[]
  readonly images: readonly EngineImage[]
  /** The flags of one release of an engine. */
  flagsOf(engine: string, version: string): FlagTable | undefined
}

export interface Models {
  /** By name, alias or Hub id, whatever its case. */
  find(name: string): ModelPreset | undefined
  /** All, as lists and near names need them. */
  list(): readonly ModelEntry[]
}

export type ModelEntry = Pick<ModelPreset, 'name' | 'aliases' | 'family' | 'description'>

export interface Machines {
  /** Whatever its case; without a cloud, the first cloud's that has it. */
  find(instanceType: string, cloud?: string): GpuSku | undefined
  of(cloud: string): readonly GpuSku[]
  all(): readonly GpuSku[]
  /** The GPUs that machines have, each kind once, in the order of `all`. */
  gpuKinds(): readonly GpuKind[]
}

/** All that the fit of a model depends on; many machines differ only in price and processors. */
export type GpuKind = Pick<GpuSku, 'gpuModel' | 'gpuCount' | 'visibleMemoryGiB' | 'computeCapability' | 'maxCuda'>
