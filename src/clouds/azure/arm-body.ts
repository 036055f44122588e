/** Reads error bodies of ARM and AKS, in all the shapes in which they nest, and takes secrets out of them. */

export interface ArmProblem {
  code: string
  message: string
}

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const MAX_DEPTH = 8

/**
 * Every code and message in the body, outermost first. Known shapes: `{error: {…}}` of ARM, the flat
 * `{code, message, subcode}` of AKS, `properties.status.provisioningError`, `details[]`, `innererror`, and errors
 * written into a message as JSON or as `Code="X" Message="Y"` (Go clients inside AKS).
 */
export function problemsIn(body: unknown, depth = 0): ArmProblem[] {
  if (typeof body === 'string') return body === '' ? [] : [{ code: '', message: redactText(body) }]
  if (!isFields(body) || depth > MAX_DEPTH) return []
  const wrapped = body.error ?? body.provisioningError
  if (isFields(wrapped)) return problemsIn(wrapped, depth + 1)
  const code = textOf(body.code)
  const message = textOf(body.message)
  const own = code === '' && message === '' ? [] : [{ code, message: redactText(message) }]
  const subcode = textOf(body.subcode)
  const sub = subcode === '' ? [] : [{ code: subcode, message: redactText(message) }]
  const details = Array.isArray(body.details) ? body.details : []
  const nested = [...details, body.innererror].flatMap((item) => (isFields(item) ? problemsIn(item, depth + 1) : []))
  return [...own, ...sub, ...problemsInText(message, depth), ...nested]
}

function problemsInText(message: string, depth: number): ArmProblem[] {
  const pairs = [...message.matchAll(/\bCode="(\w+)" Message="((?:[^"\\]|\\.)*)/g)]
  const quoted = pairs.map(([, code = '', text = '']) => ({ code, message: redactText(text) }))
  const subs = [...message.matchAll(/\bSubCode: (\w+)/g)].map(([, code = '']) => ({
    code,
    message: redactText(message),
  }))
  const start = message.indexOf('{"')
  return [...subs, ...quoted, ...(start < 0 ? [] : problemsInJson(message.slice(start), depth))]
}

function problemsInJson(text: string, depth: number): ArmProblem[] {
  const end = text.lastIndexOf('}')
  try {
    const parsed: unknown = JSON.parse(text.slice(0, end + 1))
    return problemsIn(parsed, depth + 1)
  } catch {
    return []
  }
}

const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g
const PAIR = /\b(bearer|client_secret|password|sig|sharedaccesskey|accountkey)(\s*[=:]?\s*)("?)[\w+/=.~%-]{8,}/gi
const SECRET_KEY = /^(authorization|access_?token|refresh_?token|client_?secret|password|secret|kubeconfigs?)$/i
const HIDDEN = '[hidden]'

export function redactText(text: string): string {
  return text.replace(JWT, HIDDEN).replace(PAIR, `$1$2$3${HIDDEN}`)
}

/** The same value without tokens and passwords, for `raw`. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (depth > MAX_DEPTH * 2) return HIDDEN
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  if (!isFields(value)) return value
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    SECRET_KEY.test(key) ? HIDDEN : redact(item, depth + 1),
  ])
  return Object.fromEntries(entries)
}
