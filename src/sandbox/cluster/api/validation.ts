/** Objects that an API server refuses, in its words: of no such shape, or of that shape and without sense. */

import { KINDS, type KindRow } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { fieldsOf } from '../schema/fields.ts'
import { type Path, type Problem, problemsOf } from '../schema/problems.ts'
import { badRequest, invalid, Refusal, statusAnswer } from './answer.ts'

const QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** An apply knows no other fields, whatever it is told; it answers 500. Source: a kube-apiserver 1.36, asked. */
export function checkApplied(row: KindRow, object: KubeObject): void {
  const problems = found(row, object)
  const { name, namespace } = object.metadata
  const [gvk, which] = [gvkOf(row), `${namespace}/${name}`]
  const [said] = problems.flatMap((problem) => {
    const where = `.${written(problem.path, ({ key }) => key)}`
    if (problem.what === 'unknown') return `${where}: field not declared in schema`
    if (problem.what !== 'mistyped') return []
    const expected = problem.expected === 'number' ? 'numeric (int or float)' : problem.expected
    return `${where}: expected ${expected}, got ${problem.found}`
  })
  if (said !== undefined) throw failed(`failed to create typed patch object (${which}; ${gvk}): ${said}`)
  if (problems.some(({ what }) => what === 'quantity'))
    throw failed(
      `failed to convert new object (${which}; ${gvk}) to proper version: unable to convert unstructured object to ${gvk}: ${QUANTITY}`,
    )
}

/** @param isStrict `fieldValidation=Strict`; otherwise unknown fields pass. */
export function checkDecoded(row: KindRow, object: KubeObject, isStrict: boolean): void {
  const problems = found(row, object)
  const where = (path: Path): string => written(path, ({ index }) => String(index))
  const [wrong] = problems.flatMap((problem) => {
    if (problem.what === 'quantity') return QUANTITY
    if (problem.what !== 'mistyped') return []
    return `json: cannot unmarshal ${problem.found} into Go struct field ${where(problem.path)} of type ${problem.expected}`
  })
  const unknown = problems.filter(({ what }) => what === 'unknown').map(({ path }) => `unknown field "${where(path)}"`)
  const why = wrong ?? (isStrict && unknown.length > 0 ? `strict decoding error: ${unknown.join(', ')}` : undefined)
  if (why !== undefined)
    throw badRequest(
      `${row.kind} in version "${row.apiVersion.split('/').at(-1)}" cannot be handled as a ${row.kind}: ${why}`,
    )
}

/** The object as it would be stored. */
export function checkSense(row: KindRow, object: KubeObject): void {
  const wrong = found(row, object).flatMap((problem) => {
    const field = written(problem.path, ({ index }) => String(index))
    if (problem.what === 'missing') return { reason: 'FieldValueRequired', field, message: 'Required value' }
    if (problem.what !== 'unsupported') return []
    const supported = problem.supported.map((value) => JSON.stringify(value)).join(', ')
    const message = `Unsupported value: ${JSON.stringify(problem.value)}: supported values: ${supported}`
    // The whole list is named, not its item.
    return { reason: 'FieldValueNotSupported', field: field.replace(/\[\d+\]$/, ''), message }
  })
  if (row === KINDS.deployment) wrong.push(...labelsApart(object))
  if (wrong.length > 0) throw invalid(row, object.metadata.name, wrong)
}

interface Selecting {
  spec?: {
    selector?: { matchLabels?: Record<string, string> }
    template?: { metadata?: { labels?: Record<string, string> } }
  }
}

function labelsApart(object: KubeObject): { reason: string; field: string; message: string }[] {
  const { selector, template } = (object as Selecting).spec ?? {}
  const labels = template?.metadata?.labels
  const pairs = Object.entries(selector?.matchLabels ?? {})
  if (selector !== undefined && pairs.every(([key, value]) => labels?.[key] === value)) return []
  const message = `Invalid value: ${JSON.stringify(labels ?? null)}: \`selector\` does not match template \`labels\``
  return [{ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels', message }]
}

function found({ kind }: KindRow, object: KubeObject): Problem[] {
  const fields = fieldsOf(kind)
  return fields === undefined ? [] : problemsOf(object, fields)
}

function written(path: Path, ofItem: (item: { index: number; key: string }) => string): string {
  return path
    .map((part) => (typeof part === 'string' ? `.${part}` : `[${ofItem(part)}]`))
    .join('')
    .slice(1)
}

function gvkOf({ apiVersion, kind }: KindRow): string {
  return `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`
}

function failed(message: string): Refusal {
  return new Refusal(statusAnswer(500, '', message))
}
