/** The catalogue as the build compiled it. A file is read when what is in it is asked for, and then once. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog, GpuKind, Machines, ModelEntry, Models } from '#core/catalog/catalog.ts'
import type { EngineImage, FlagTable, GpuSku, ModelPreset } from '#core/catalog/schema.ts'
import type { CloudTraits } from '#core/cloud/cloud-traits.ts'
import { KaitoError } from '#core/errors.ts'
import { CLOUDS, flagsFile, IMAGES, MACHINES, MODELS, machineFile, machinesFile, modelFile } from './layout.ts'

/** What `MACHINES` holds. */
export interface MachinesIndex {
  clouds: readonly string[]
  gpuKinds: readonly GpuKind[]
}

export function compiledCatalog(folder: string): Catalog {
  const files = new CompiledFiles(folder)
  return {
    models: modelsIn(files),
    machines: machinesIn(files),
    get clouds() {
      return files.read<CloudTraits[]>(CLOUDS)
    },
    get images() {
      return files.read<EngineImage[]>(IMAGES)
    },
    flagsOf: (engine, version) => files.find<FlagTable>(flagsFile(engine, version)),
  }
}

function modelsIn(files: CompiledFiles): Models {
  const find = (name: string): ModelPreset | undefined => {
    const found = files.find<ModelPreset | string>(modelFile(name))
    return typeof found === 'string' ? find(found) : found
  }
  return { find, list: () => files.read<ModelEntry[]>(MODELS) }
}

function machinesIn(files: CompiledFiles): Machines {
  const index = (): MachinesIndex => files.read(MACHINES)
  const of = (cloud: string): GpuSku[] => files.find<GpuSku[]>(machinesFile(cloud)) ?? []
  return {
    find(instanceType, cloud) {
      for (const each of cloud === undefined ? index().clouds : [cloud]) {
        const found = files.find<GpuSku>(machineFile(each, instanceType))
        if (found !== undefined) return found
      }
      return undefined
    },
    of,
    all: () => index().clouds.flatMap(of),
    gpuKinds: () => index().gpuKinds,
  }
}

export class CompiledFiles {
  readonly #folder: string
  readonly #read = new Map<string, unknown>()

  constructor(folder: string) {
    this.#folder = folder
  }

  find<T>(path: string): T | undefined {
    if (!this.#read.has(path)) this.#read.set(path, this.#parse(path))
    return this.#read.get(path) as T | undefined
  }

  /** Of what every build has. */
  read<T>(path: string): T {
    const found = this.find<T>(path)
    if (found !== undefined) return found
    throw new KaitoError({
      code: 'INTERNAL',
      phase: 'spec',
      message: `kaito's own file ${path} is not beside its code (looked in ${this.#folder}).`,
      hint: 'Install kaito again.',
    })
  }

  /** Checked when it was built: checking it again costs more than reading it. */
  #parse(path: string): unknown {
    const file = join(this.#folder, path)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  }
}
