/** Reads what kaito ships beside its code: the catalogue and the templates. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { BUNDLED_CATALOG, type CatalogFile, parseCatalog, parseOwnPreset } from '#core/catalog/parse.ts'
import type { Catalog } from '#core/catalog/schema.ts'
import { KaitoError } from '#core/errors.ts'
import type { JsonObject } from '#core/objects/kube-object.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'

/** The shipped catalogue, validated. INTERNAL, with the file's path, when one is broken. */
export function readCatalog(presetsDir: string = shippedDir('presets')): Catalog {
  const bundled = join(presetsDir, BUNDLED_CATALOG)
  if (existsSync(bundled)) return parseCatalog([{ path: BUNDLED_CATALOG, text: readFileSync(bundled, 'utf8') }])
  return parseCatalog(listCatalogFiles(presetsDir))
}

/** The catalogue with the user's own presets in front: they win over shipped ones of the same name. */
export function readCatalogWith(own: string | undefined): Catalog {
  const catalog = readCatalog()
  if (own === undefined) return catalog
  return { ...catalog, models: [...listPresetFiles(own).map(parseOwnPreset), ...catalog.models] }
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
      message: `--presets ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Name a preset file, or a folder of them.',
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
  const paths = [...below('models'), ...below('gpus'), 'images.yaml', ...below('engines', '.json')]
  return paths.map((path) => ({ path, text: readFileSync(join(presetsDir, path), 'utf8') }))
}

/** Written by the build: every template, parsed. */
const BUNDLED_TEMPLATES = 'templates.json'

/** The shipped templates, each read when it is asked for. */
export function readTemplates(templatesDir: string = shippedDir('templates')): TemplateSet {
  const bundled = join(templatesDir, BUNDLED_TEMPLATES)
  if (!existsSync(bundled))
    return { read: (name) => parse(readFileSync(join(templatesDir, name), 'utf8')) as JsonObject }
  const all = JSON.parse(readFileSync(bundled, 'utf8')) as Record<string, JsonObject>
  return {
    read(name) {
      const template = all[name]
      if (template === undefined) throw new Error(`${bundled} has no ${name}`)
      // json-e takes it apart.
      return structuredClone(template)
    },
  }
}

/** For the build: the templates of a folder by name. */
export function bundleTemplates(templatesDir: string): string {
  const names = readdirSync(templatesDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  )
  const read = (name: string): unknown => parse(readFileSync(join(templatesDir, name), 'utf8'))
  return JSON.stringify(Object.fromEntries(names.sort().map((name) => [name, read(name)])))
}

/** The folder beside the code: two levels up from the sources, one from the bundle. */
function shippedDir(name: 'presets' | 'templates'): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let dir = start; dirname(dir) !== dir; dir = dirname(dir)) {
    if (existsSync(join(dir, name))) return join(dir, name)
  }
  throw new KaitoError({
    code: 'INTERNAL',
    phase: 'spec',
    message: `kaito's own folder "${name}" is not beside its code (looked upwards from ${start}).`,
    hint: 'Install kaito again.',
  })
}
