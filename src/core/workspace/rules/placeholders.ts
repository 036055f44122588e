/** What somebody was to fill in, and did not: found before it costs an API call. */
import type { Advice } from '../../advice.ts'
import type { Report } from '../issues.ts'
import { FILL_TEMPLATE } from '../text/build-advice.ts'
import type { Path } from '../text/text-place.ts'

/** `<your-vm-sku>`, `YOUR_MODEL`, `${name}` of envsubst and Terraform, `{{ .Values.model }}` of Helm and Jinja. */
const PLACEHOLDER =
  /<[A-Za-z][\w -]*>|\b(?:YOUR|REPLACE|CHANGE)[_-]?(?:ME|[A-Z_]+)\b|\b[A-Z]+(?:_[A-Z]+)+_HERE\b|\$\{[^}]*\}|\{\{[^}]*\}\}/

/** Not these: what stands there is for others, who may fill it in. */
const LEFT_ALONE: ReadonlySet<string | number | undefined> = new Set(['annotations', 'template', 'status'])

export function placeholderIn(text: string): string | undefined {
  return PLACEHOLDER.exec(text)?.[0]
}

/** Reports each, and says where they are: nothing else is to be said of what stands there. */
export function reportPlaceholders(value: unknown, path: Path, report: Report): Path[] {
  if (typeof value === 'string') {
    const found = placeholderIn(value)
    if (found === undefined) return []
    report({ rule: 'placeholder', message: `"${found}" is a placeholder`, path, value, hint: hintOn(found) })
    return [path]
  }
  if (value === null || typeof value !== 'object' || LEFT_ALONE.has(path.at(-1))) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    reportPlaceholders(inner, [...path, Array.isArray(value) ? Number(key) : key], report),
  )
}

function hintOn(placeholder: string): Advice {
  return placeholder.startsWith('{{') ? FILL_TEMPLATE : 'Replace it with your own value.'
}
