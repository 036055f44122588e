/** Files below presets/ → the catalogue; the user's own preset files too. */
import { parse } from 'yaml'
import * as z from 'zod'
import { KaitoError } from '../errors.ts'
import type { CatalogRows } from './in-memory.ts'
import {
  type EngineFlags,
  type EngineImage,
  engineFlagsSchema,
  engineImageSchema,
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

/** Reads and validates the shipped files: models/*.yaml, gpus/<cloud>.yaml, images.yaml and engines/*.json. */
export function parseCatalog(files: readonly CatalogFile[]): CatalogRows {
  const catalog = {
    models: [] as ModelPreset[],
    gpus: [] as GpuSku[],
    images: [] as EngineImage[],
    engines: [] as EngineFlags[],
  }
  for (const file of files) {
    const part = parseFile(file)
    catalog.models.push(...part.models)
    catalog.gpus.push(...part.gpus)
    catalog.images.push(...part.images)
    catalog.engines.push(...part.engines)
  }
  return catalog
}

function parseFile({ path, text }: CatalogFile): CatalogRows {
  const empty: CatalogRows = { models: [], gpus: [], images: [], engines: [] }
  const value = readValue(path, text)
  if (path === 'images.yaml') return { ...empty, images: check(path, z.array(engineImageSchema), value) }
  const [folder, stem] = path.replace(/\.(?:yaml|json)$/, '').split('/')
  if (folder === 'engines') return { ...empty, engines: [check(path, engineFlagsSchema, value)] }
  if (folder === 'models') return { ...empty, models: [check(path, modelPresetSchema, value)] }
  // The file is the cloud: its rows need not repeat it.
  const rows = Array.isArray(value) ? value.map((row: unknown) => ({ cloud: stem, ...(row as object) })) : value
  return { ...empty, gpus: check(path, z.array(gpuSkuSchema), rows) }
}

function readValue(path: string, text: string): unknown {
  try {
    return path.endsWith('.json') ? JSON.parse(text) : parse(text)
  } catch (cause) {
    throw broken(path, [cause instanceof Error ? cause.message : String(cause)], cause)
  }
}

function check<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const details = result.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`)
  throw broken(path, details, result.error)
}

function broken(path: string, details: readonly string[], cause: unknown): KaitoError {
  return new KaitoError({
    code: 'INTERNAL',
    phase: 'spec',
    message: `presets/${path}, which kaito ships, is broken: ${details[0] ?? 'no reason given'}`,
    hint: 'Install kaito again; if you changed the file, mend it: npm test says what is wrong.',
    details,
    cause,
  })
}

/** One preset of the user's own, in the form of presets/models/*.yaml. SPEC_INVALID names the file and every field. */
export function parseOwnPreset({ path, text }: CatalogFile): ModelPreset {
  let details: string[]
  try {
    const result = modelPresetSchema.safeParse(parse(text))
    if (result.success) return result.data
    details = result.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`)
  } catch (error) {
    details = [`${path}: ${error instanceof Error ? error.message : String(error)}`]
  }
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'spec',
    message: `${path} is not a model preset: ${details.length} ${details.length === 1 ? 'problem' : 'problems'}.`,
    hint: 'Mend the lines above. A shipped one shows the form: presets/models/mistral-7b-instruct.yaml',
    details,
  })
}
