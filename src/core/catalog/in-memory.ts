/** The catalogue of rows that are at hand: for the build, for tests, and for presets of the user's own. */
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import type { Catalog, GpuKind, Machines, Models } from './catalog.ts'
import type { EngineImage, FlagTable, GpuSku, ModelPreset } from './schema.ts'

export interface CatalogRows {
  models: readonly ModelPreset[]
  gpus: readonly GpuSku[]
  clouds: readonly CloudTraits[]
  images: readonly EngineImage[]
  engines: readonly FlagTable[]
}

export function catalogOf({ models, gpus, clouds, images, engines }: CatalogRows): Catalog {
  return {
    models: modelsOf(models),
    machines: machinesOf(gpus),
    clouds,
    images,
    flagsOf: (engine, version) => engines.find((each) => each.engine === engine && each.version === version),
  }
}

/** The user's own stand in front: they win over shipped ones of the same name. */
export function withOwnModels(shipped: Catalog, own: readonly ModelPreset[]): Catalog {
  const models = modelsOf(own)
  return {
    ...shipped,
    models: {
      find: (name) => models.find(name) ?? shipped.models.find(name),
      list: () => [...models.list(), ...shipped.models.list()],
    },
  }
}

function modelsOf(models: readonly ModelPreset[]): Models {
  return {
    find: (name) => models.find((model) => keysOf(model).includes(keyOf(name))),
    list: () => models,
  }
}

function machinesOf(gpus: readonly GpuSku[]): Machines {
  const of = (cloud: string): readonly GpuSku[] => gpus.filter((sku) => sku.cloud === cloud)
  return {
    find: (instanceType, cloud) =>
      (cloud === undefined ? gpus : of(cloud)).find((sku) => keyOf(sku.instanceType) === keyOf(instanceType)),
    of,
    all: () => gpus,
    gpuKinds: () => gpuKindsOf(gpus),
  }
}

/** What a name is looked up by. */
export function keyOf(name: string): string {
  return name.trim().toLowerCase()
}

/** Every name of a model. */
export function keysOf({ name, aliases, modelId }: ModelPreset): string[] {
  return [name, ...aliases, modelId].map(keyOf)
}

export function gpuKindsOf(gpus: readonly GpuSku[]): GpuKind[] {
  const kinds = gpus.map(({ gpuModel, gpuCount, visibleMemoryGiB, computeCapability, maxCuda }) => ({
    gpuModel,
    gpuCount,
    visibleMemoryGiB,
    computeCapability,
    ...(maxCuda === undefined ? {} : { maxCuda }),
  }))
  return [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()]
}
