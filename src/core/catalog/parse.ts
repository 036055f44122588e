/** Files below presets/ → the catalogue; the user's own preset files too. */

import { parse } from 'yaml'
import * as z from 'zod'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import { KaitoError } from '../errors.ts'
import { yamlWords } from '../yaml-words.ts'
import type { CatalogRows } from './in-memory.ts'
import { placeOf } from './place.ts'
import {
  cloudTraitsSchema,
  type EngineImage,
  engineImageSchema,
  type FlagTable,
  flagTableSchema,
  type GpuSku,
  gpuSkuSchema,
  type ModelPreset,
  modelPresetSchema,
} from './schema.ts'

/** One shipped file: its path below presets/ and its text. */
export interface CatalogFile {
  path: string
  text: string
}

/** The engines that there are, as far as files name them. */
export interface EngineNames {
  readonly all: readonly { readonly id: string; readonly configSection: string }[]
}

/** Reads and validates the shipped files: models/*.yaml, gpus/<cloud>.yaml, clouds/<cloud>.yaml, images.yaml and engines/*.json. */
export function parseCatalog(files: readonly CatalogFile[], engines: EngineNames): CatalogRows {
  const catalog = {
    models: [] as ModelPreset[],
    gpus: [] as GpuSku[],
    clouds: [] as CloudTraits[],
    images: [] as EngineImage[],
    engines: [] as FlagTable[],
  }
  for (const file of files) {
    const part = parseFile(file, engines)
    catalog.models.push(...part.models)
    catalog.gpus.push(...part.gpus)
    catalog.clouds.push(...part.clouds)
    catalog.images.push(...part.images)
    catalog.engines.push(...part.engines)
  }
  for (const file of files) if (file.path === 'images.yaml') checkImages(file, catalog, engines)
  return catalog
}

/** An image runs an engine that there is, in a version whose flags are known. */
function checkImages(file: CatalogFile, { images, engines: tables }: CatalogRows, { all }: EngineNames): void {
  const details = images.flatMap(({ engine, version }, index) => {
    if (!all.some(({ id }) => id === engine)) return [`${placeOf(file, [index, 'engine'])}: ${unknown(engine, all)}`]
    if (tables.some((table) => table.engine === engine && table.version === version)) return []
    const missing = `presets/engines/${engine}-${version}.json`
    return [`${placeOf(file, [index, 'version'])}: the flags of ${engine} ${version} are not known: no ${missing}`]
  })
  if (details.length === 0) return
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'spec',
    message: `presets/${details[0]}.`,
    hint: 'Fix the line; CONTRIBUTING.md says how to add an engine and the flags of its versions.',
    details,
  })
}

function unknown(engine: string, all: EngineNames['all']): string {
  return `there is no engine "${engine}"; there are: ${all.map(({ id }) => id).join(', ')}`
}

function parseFile(file: CatalogFile, { all }: EngineNames): CatalogRows {
  const { path, text } = file
  const empty: CatalogRows = { models: [], gpus: [], clouds: [], images: [], engines: [] }
  const value = readValue(path, text)
  if (path === 'images.yaml') return { ...empty, images: check(file, z.array(engineImageSchema), value) }
  const [folder, stem] = path.replace(/\.(?:yaml|json)$/, '').split('/')
  if (folder === 'engines') return { ...empty, engines: [check(file, flagTableSchema, value)] }
  if (folder === 'models') return { ...empty, models: [check(file, modelPresetSchema(sectionsOf(all)), value)] }
  // The file is the cloud: what stands in it need not repeat that.
  if (folder === 'clouds')
    return { ...empty, clouds: [check(file, cloudTraitsSchema, { id: stem, ...(value as object) })] }
  const rows = Array.isArray(value) ? value.map((row: unknown) => ({ cloud: stem, ...(row as object) })) : value
  return { ...empty, gpus: check(file, z.array(gpuSkuSchema), rows) }
}

function readValue(path: string, text: string): unknown {
  try {
    return path.endsWith('.json') ? JSON.parse(text) : parse(text)
  } catch (cause) {
    throw broken(path, [cause instanceof Error ? cause.message : String(cause)], cause)
  }
}

function sectionsOf(all: EngineNames['all']): string[] {
  return all.map(({ configSection }) => configSection)
}

function check<T>(file: CatalogFile, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw broken(file.path, detailsOf(file, result.error), result.error)
}

function detailsOf(file: CatalogFile, { issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => `${placeOf(file, path)}: ${path.join('.')}: ${message}`)
}

function broken(path: string, details: readonly string[], cause: unknown): KaitoError {
  return new KaitoError({
    code: 'INTERNAL',
    phase: 'spec',
    message: `presets/${path}, which kaito ships, is broken: ${details[0] ?? 'no reason given'}`,
    hint: 'Install kaito again; if you changed the file, fix it: npm test says what is wrong.',
    details,
    cause,
  })
}

function syntaxProblem(file: CatalogFile, error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error))
  const [, line = '1'] = / at line (\d+), column \d+/.exec(message) ?? []
  return `${file.path}:${line}: ${yamlWords(message)}`
}

/** One preset of the user's own, in the form of presets/models/*.yaml. SPEC_INVALID names the file and every field. */
export function parseOwnPreset(file: CatalogFile, { all }: EngineNames): ModelPreset {
  const { path, text } = file
  let details: string[]
  try {
    const result = modelPresetSchema(sectionsOf(all)).safeParse(parse(text))
    if (result.success) return result.data
    details = detailsOf(file, result.error)
  } catch (error) {
    details = [syntaxProblem(file, error)]
  }
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'spec',
    message: `${path} is not a model preset: ${details.length} ${details.length === 1 ? 'problem' : 'problems'}.`,
    hint: 'Fix the lines above. A shipped preset shows the form: presets/models/mistral-7b-instruct.yaml',
    details,
  })
}
