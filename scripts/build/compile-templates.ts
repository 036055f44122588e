/** Templates, checked and as JSON. What a hole asks for must be what rendering fills in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { templateFile } from '#data/layout.ts'
import { listTemplates } from '#data/template-files.ts'
import { TEMPLATE_VALUES } from '#render/template-values.ts'
import { writeJson } from './compile-catalog.ts'

export function compileTemplates(templates: string, folder: string): void {
  for (const name of listTemplates(templates))
    writeJson(join(folder, templateFile(name)), checkTemplate(name, readFileSync(join(templates, name), 'utf8')))
}

/** The template as a value. Throws with the file and the line of what nobody would fill. */
export function checkTemplate(name: string, text: string): unknown {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems: string[] = []
  const report = (offset: number, message: string): void => {
    problems.push(`templates/${name}:${lines.linePos(offset).line}: ${message}`)
  }
  for (const { pos, message } of doc.errors) report(pos[0], message)
  visit(doc, {
    Map(_key, { items, range }) {
      const keys = items.map(({ key }) => String(key))
      if (!keys.some((key) => key.startsWith('$'))) return
      const [hole] = items
      const wanted = isScalar(hole?.value) ? String(hole.value.value) : undefined
      if (keys.length > 1 || keys[0] !== '$eval' || wanted === undefined)
        report(range?.[0] ?? 0, 'a hole is { $eval: NAME } and nothing else')
      else if (!TEMPLATE_VALUES.some((value) => value === wanted))
        report(range?.[0] ?? 0, `nobody fills in "${wanted}"; there are: ${TEMPLATE_VALUES.join(', ')}`)
    },
  })
  if (!isMap(doc.contents) && problems.length === 0) report(0, 'a template is a map')
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return doc.toJS()
}
