/** Reads presets as people write them: the shipped ones, and the user's own. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogRows } from '#core/catalog/in-memory.ts'
import { type CatalogFile, type EngineNames, parseCatalog, parseOwnPreset } from '#core/catalog/parse.ts'
import type { ModelPreset } from '#core/catalog/schema.ts'
import { KaitoError } from '#core/errors.ts'

/** The shipped files, validated. INTERNAL, with the file's path, when one is broken. */
export function readPresets(presetsDir: string, engines: EngineNames): CatalogRows {
  return parseCatalog(listCatalogFiles(presetsDir), engines)
}

/** @param path a file, or a folder of them. */
export function readOwnPresets(path: string, engines: EngineNames): ModelPreset[] {
  return listPresetFiles(path).map((file) => parseOwnPreset(file, engines))
}

/** A file, or every YAML file of a folder. */
function listPresetFiles(path: string): CatalogFile[] {
  try {
    const paths = statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((file) => /\.ya?ml$/.test(file))
          .sort()
          .map((file) => join(path, file))
      : [path]
    return paths.map((file) => ({ path: file, text: readFileSync(file, 'utf8') }))
  } catch (cause) {
    throw new KaitoError({
      code: 'USAGE',
      phase: 'spec',
      message: `The presets ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Pass a preset file, or a directory of them.',
      cause,
    })
  }
}

/** The catalogue's files in a fixed order, as `parseCatalog` takes them. */
function listCatalogFiles(presetsDir: string): CatalogFile[] {
  const below = (folder: string, ending = '.yaml'): string[] =>
    readdirSync(join(presetsDir, folder))
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => `${folder}/${file}`)
  const paths = [...below('models'), ...below('gpus'), ...below('clouds'), 'images.yaml', ...below('engines', '.json')]
  return paths.map((path) => ({ path, text: readFileSync(join(presetsDir, path), 'utf8') }))
}
