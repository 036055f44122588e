/** The templates that kaito ships. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { JsonObject } from '#core/objects/kube-object.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import { shippedDir } from './shipped-folder.ts'

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
