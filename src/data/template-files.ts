/** Reads templates as people write them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { JsonObject } from '#core/objects/kube-object.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'

export function readTemplates(folder: string): TemplateSet {
  return { read: (name) => parse(readFileSync(join(folder, name), 'utf8')) as JsonObject }
}

export function listTemplates(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
}
