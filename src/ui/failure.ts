/** Whatever was thrown → what to print: what, why, what to do. */
import { ERRORS, KaitoError } from '#core/errors.ts'
import type { Problem } from '#core/workspace/spec.ts'
import { problemLines } from './problems-text.ts'
import { redact } from './redact.ts'
import { paletteFor, type Look } from './terminal.ts'

export interface FailureOptions extends Look {
  /** Of an invalid input: printed one by one. */
  problems: readonly Problem[]
  asJson: boolean
  isVerbose: boolean
  version: string
}

export function formatFailure(error: unknown, options: FailureOptions): string {
  const known = error instanceof KaitoError ? error : undefined
  const text = options.asJson ? `${JSON.stringify(asJson(error, options))}\n` : known === undefined ? bugText(error, options) : errorText(known, options)
  return redact(text)
}

function errorText(error: KaitoError, options: FailureOptions): string {
  const palette = paletteFor(options)
  const lines = problemLines(options.problems, palette)
  lines.push(`${palette.red(`error ${error.code}:`)} ${error.message}`)
  if (error.reason !== undefined && !error.message.includes(error.reason)) lines.push(`  why: ${error.reason}`)
  for (const detail of error.details) lines.push(`  - ${detail}`)
  lines.push(`  next: ${error.hint}`)
  if (options.isVerbose) {
    if (error.raw !== undefined) lines.push(`  raw: ${JSON.stringify(error.raw)}`)
    if (error.stack !== undefined) lines.push(error.stack)
  }
  return `${lines.join('\n')}\n`
}

function bugText(error: unknown, { version }: FailureOptions): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [
    'error INTERNAL: this is a bug in kaito; please report it with the lines below.',
    `  kaito ${version}, node ${process.version}, ${process.platform}`,
    stack,
    '',
  ].join('\n')
}

function asJson(error: unknown, { problems }: FailureOptions): Record<string, unknown> {
  if (!(error instanceof KaitoError)) {
    return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: ERRORS.INTERNAL.docs, retryable: 'no' }
  }
  const { code, phase, reason, message, hint, retryable, resource, raw, details } = error
  return {
    code,
    phase,
    reason,
    message,
    hint,
    retryable,
    resource,
    raw,
    ...(details.length === 0 ? {} : { details }),
    ...(problems.length === 0 ? {} : { problems }),
  }
}
