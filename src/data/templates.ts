/** Opens the templates that kaito ships. */
import type { JsonObject } from '#core/objects/kube-object.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import { CompiledFiles } from './compiled.ts'
import { templateFile } from './layout.ts'
import { COMPILED, TEMPLATES } from './shipped-folders.ts'

export async function openTemplates(): Promise<TemplateSet> {
  if (COMPILED === undefined) return (await import('./template-files.ts')).readTemplates(TEMPLATES)
  const files = new CompiledFiles(COMPILED)
  return { read: (name) => files.read<JsonObject>(templateFile(name)) }
}
