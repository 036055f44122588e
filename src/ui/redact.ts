/** What must never reach a stream: secrets, and control characters that somebody else's text would send to a terminal. */
import type { Env } from './colors.ts'

export type Redactor = (text: string) => string

const MASK = '***'
/** Shorter values are words; masking them would only garble the text. */
const MIN_SECRET_LENGTH = 8
const SECRET_NAME = /(TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY)$/i

const SHAPES: readonly [pattern: RegExp, replacement: string][] = [
  [/\bhf_[A-Za-z0-9]{8,}/g, `hf_${MASK}`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,}=*/gi, `$1 ${MASK}`],
  [/\bk8s-aws-v1\.[A-Za-z0-9_=-]{8,}/g, MASK],
  [/\b(gh[opsu]_|github_pat_|sk-)[A-Za-z0-9_-]{16,}/g, `$1${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?/g, MASK],
]
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL = /\u001B\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g

export function withoutControls(text: string): string {
  return text.replace(CONTROL, '')
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const mask = createMask(secrets)
  return (text) => mask(withoutControls(text))
}

/** @param secrets values that are known to be secret. */
export function createMask(secrets: readonly string[]): Redactor {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH).sort((a, b) => b.length - a.length)
  return (text) => {
    let safe = text
    for (const secret of known) safe = safe.replaceAll(secret, MASK)
    for (const [pattern, replacement] of SHAPES) safe = safe.replace(pattern, replacement)
    return safe
  }
}

/** Values in the environment whose names say that they are secret. KAITO_* holds names of Secrets, never values. */
export function secretsOf(env: Env): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) && !name.startsWith('KAITO_') ? [value] : [],
  )
}

/** The same value with every string in it redacted; what refers to itself is cut there. */
export function redactDeep<T>(value: T, redact: Redactor): T {
  return walk(value, redact, new Set()) as T
}

function walk(value: unknown, redact: Redactor, above: Set<object>): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (above.has(value)) return '(see above)'
  above.add(value)
  const copy = Array.isArray(value)
    ? value.map((item: unknown) => walk(item, redact, above))
    : Object.fromEntries(Object.entries(plain(value)).map(([key, item]) => [key, walk(item, redact, above)]))
  above.delete(value)
  return copy
}

/** Errors keep what they say in fields that do not enumerate. */
function plain(value: object): object {
  if (value instanceof Date) return { date: value.toISOString() }
  if (!(value instanceof Error)) return value
  return { ...value, name: value.name, message: value.message }
}
