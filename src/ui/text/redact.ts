/** What must never reach a stream: secrets, and control characters that somebody else's text would send to a terminal. */
import { passwordsIn } from '#core/objects/secret-values.ts'
import type { Env } from './colors.ts'

/** Text without secrets and control characters. Lives as long as a run, and learns of secrets as they are read. */
export interface Redactor {
  (text: string): string
  /** Text without secrets, its control characters kept: an engine's log is printed as it is. */
  mask(text: string): string
  /** From now on this value is masked, too, and so are its lines and its base64. */
  learn(secret: string): void
}

const MASK = '***'
/** Shorter values are words; masking them would only garble the text. */
const MIN_SECRET_LENGTH = 8
const SECRET_NAME = /(TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY)$/i
const PROXY_NAME = /^(HTTPS?|ALL)_PROXY$/i

const SHAPES: readonly [pattern: RegExp, replacement: string][] = [
  [/\bhf_[A-Za-z0-9]{8,}/g, `hf_${MASK}`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/-]{8,}=*/gi, `$1 ${MASK}`],
  // A presigned request to the cloud's own sign-in, as a bearer token.
  [/\bk8s-[a-z]+-v\d\.[A-Za-z0-9_=-]{8,}/g, MASK],
  [/\b(gh[opsu]_|github_pat_|sk-)[A-Za-z0-9_-]{16,}/g, `$1${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?/g, MASK],
  [/(\/\/[^\s/:@"']*:)[^\s/@"']+@/g, `$1${MASK}@`],
  [/\b([A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY)=["']?)[^\s"',;&]{8,}/g, `$1${MASK}`],
  [
    /\b((?:(?:access|refresh|id)[_-]?)?token|password|client[_-]?secret|api[_-]?key)(["']?\s?[=:]\s?\[?["']?)[^\s"',;&([\]]{8,}/gi,
    `$1$2${MASK}`,
  ],
]
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL = /\u001B\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g

export function withoutControls(text: string): string {
  return text.replace(CONTROL, '')
}

/** Knows what stands in the environment to begin with. */
export function createRedactor(env: Env): Redactor {
  const known = new Set<string>()
  let longestFirst: string[] = []
  const learn = (secret: string): void => {
    for (const form of formsOf(secret)) known.add(form)
    longestFirst = [...known].sort((a, b) => b.length - a.length)
  }
  const mask = (text: string): string => {
    let safe = text
    for (const secret of longestFirst) safe = safe.replaceAll(secret, MASK)
    for (const [pattern, replacement] of SHAPES) safe = safe.replace(pattern, replacement)
    return safe
  }
  for (const secret of secretsOf(env)) learn(secret)
  return Object.assign((text: string) => mask(text.replace(CONTROL, '')), { mask, learn })
}

/** A value, the lines of a key or a file, and its base64 up to where a line break behind it would change that. */
function formsOf(secret: string): string[] {
  const value = secret.trim()
  const bytes = Buffer.from(value)
  const encoded = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
  const lines = value.split('\n').filter((line) => !line.startsWith('-----'))
  return [value, ...lines.map((line) => line.trim()), ...(value.length < MIN_SECRET_LENGTH ? [] : [encoded])].filter(
    ({ length }) => length >= MIN_SECRET_LENGTH,
  )
}

/** Values in the environment whose names say that they are secret. KAITO_* holds names of Secrets, never values. */
function secretsOf(env: Env): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || name.startsWith('KAITO_')) return []
    if (PROXY_NAME.test(name)) return passwordsIn(value)
    return SECRET_NAME.test(name) ? [value] : []
  })
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
