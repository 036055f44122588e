/** Rows of the catalogue → one file for each thing that is asked for by name, as src/data/compiled.ts reads them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type CatalogRows, gpuKindsOf, keysOf } from '#core/catalog/in-memory.ts'
import type { GpuSku, ModelPreset } from '#core/catalog/schema.ts'
import type { MachinesIndex } from '#data/compiled.ts'
import { CLOUDS, flagsFile, IMAGES, MACHINES, MODELS, machineFile, machinesFile, modelFile } from '#data/layout.ts'

type Files = [path: string, value: unknown][]

export function compileCatalog({ models, gpus, clouds, images, engines }: CatalogRows, folder: string): void {
  const files: Files = [
    ...models.flatMap(modelFiles),
    [MODELS, models.map(({ name, aliases, family, description }) => ({ name, aliases, family, description }))],
    ...machineFiles(gpus),
    [IMAGES, images],
    [CLOUDS, clouds],
    ...engines.map((table): Files[number] => [flagsFile(table.engine, table.version), table]),
  ]
  const paths = new Set<string>()
  for (const [path, value] of files) {
    if (paths.has(path))
      throw new Error(`presets/: ${path.replace('.json', '')} is there twice; names count without case`)
    paths.add(path)
    writeJson(join(folder, path), value)
  }
}

/** The model under its name, and under each other one where it is. */
function modelFiles(model: ModelPreset): Files {
  const own = modelFile(model.name)
  const others = new Set(keysOf(model).map(modelFile))
  others.delete(own)
  return [[own, model], ...[...others].map((path): Files[number] => [path, model.name])]
}

function machineFiles(gpus: readonly GpuSku[]): Files {
  const clouds = [...new Set(gpus.map(({ cloud }) => cloud))]
  return [
    [MACHINES, { clouds, gpuKinds: gpuKindsOf(gpus) } satisfies MachinesIndex],
    ...clouds.map((cloud): Files[number] => [machinesFile(cloud), gpus.filter((sku) => sku.cloud === cloud)]),
    ...gpus.map((sku): Files[number] => [machineFile(sku.cloud, sku.instanceType), sku]),
  ]
}

export function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(value))
}
