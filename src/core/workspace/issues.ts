/** zod's issues → problems with a place, the value, what is allowed and a did-you-mean. */
import type * as z from 'zod'
import type { Advice } from '../advice.ts'
import { closest } from '../closest.ts'
import { type Problem, type ProblemPlace, problem } from '../problem.ts'
import { knownFields } from './schema.ts'
import type { SourceDocument } from './text/documents.ts'
import type { Path } from './text/text-place.ts'

/** What a problem is about, on its way to being placed. */
interface Issue {
  severity?: 'error' | 'warning'
  rule: string
  message: Advice
  path: Path
  value?: unknown
  allowed?: string
  hint?: Advice
  /** Point at the key, not at its value. */
  atKey?: boolean
}

export type Report = (issue: Issue) => void

/** What may stand below `spec:`. */
export const SPEC_FIELDS = ['resource', 'inference', 'tuning']

/** @param prefix the document nests those fields below it (`spec`). */
export function locateField(doc: SourceDocument, prefix: Path, path: Path, atKey?: boolean): ProblemPlace {
  const isInSpec = SPEC_FIELDS.includes(String(path[0]))
  return { file: doc.file, ...doc.placeOf(isInSpec ? [...prefix, ...path] : path, atKey) }
}

/** Turns issues into problems. Secrets show no values. */
export function reporter(doc: SourceDocument, prefix: Path, isSecret: boolean, problems: Problem[]): Report {
  return ({ severity = 'error', rule, message, path, value, allowed, hint, atKey }) => {
    const found = problem(rule, message, locateField(doc, prefix, path, atKey), { severity })
    if (path.length > 0) found.path = pathText(path)
    if (value !== undefined && !isSecret) found.value = valueText(value)
    if (allowed !== undefined) found.allowed = allowed
    if (hint !== undefined) found.hint = hint
    problems.push(found)
  }
}

export function pathText(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

export function reportIssues(error: z.ZodError, schema: z.ZodType, value: unknown, report: Report): void {
  for (const issue of error.issues) {
    const path = pathOf(issue)
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) report(unknownField(schema, path, key))
    } else report({ ...describe(issue, given(value, path).value), path, ...given(value, path) })
  }
}

export function pathOf({ path }: z.core.$ZodIssue): (string | number)[] {
  return path.map((step) => (typeof step === 'number' ? step : String(step)))
}

function unknownField(schema: z.ZodType, path: Path, key: string): Issue {
  const known = knownFields(schema, path) ?? []
  const near = closest(key, known, 1)[0]
  return {
    rule: 'unknown-field',
    message: `unknown field "${key}"`,
    path: [...path, key],
    allowed: known.join(', '),
    atKey: true,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  }
}

export function given(value: unknown, path: Path): { value?: unknown } {
  let here = value
  for (const step of path) here = (here as Record<string | number, unknown> | undefined)?.[step]
  return here === undefined ? {} : { value: here }
}

function describe(issue: z.core.$ZodIssue, value: unknown): Pick<Issue, 'rule' | 'message' | 'allowed'> {
  switch (issue.code) {
    case 'invalid_type': {
      const isMissing = value === undefined
      return isMissing
        ? { rule: 'missing-field', message: 'this field is required', allowed: WORDS[issue.expected] ?? issue.expected }
        : {
            rule: 'wrong-type',
            message: `${kindOf(value)} is not allowed here`,
            allowed: WORDS[issue.expected] ?? issue.expected,
          }
    }
    case 'invalid_value':
      return { rule: 'not-allowed', message: 'this value is not allowed', allowed: issue.values.map(String).join(', ') }
    case 'too_small':
      return {
        rule: 'too-small',
        message: issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`,
        allowed: `${issue.minimum} or more`,
      }
    case 'too_big':
      return { rule: 'too-many', message: `at most ${issue.maximum} are allowed`, allowed: `${issue.maximum} or fewer` }
    case 'invalid_format':
      if (typeof value === 'string' && /^<.*>$/.test(value))
        return {
          rule: 'placeholder',
          message: `"${value}" is a placeholder: replace it with your own value`,
          allowed: issue.message,
        }
      return { rule: 'wrong-form', message: 'the value has characters that are not allowed', allowed: issue.message }
    default:
      return { rule: issue.code.replaceAll('_', '-'), message: issue.message }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return 'a list'
  const kind = typeof value
  return kind === 'object' ? 'a map' : kind === 'string' ? 'text' : `a ${kind}`
}

const WORDS: Record<string, string> = {
  string: 'a string (put numbers and true/false in quotes)',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  object: 'a map of fields',
  record: 'a map',
  array: 'a list',
}
