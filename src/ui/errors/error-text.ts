/** An error for people: what, why in the provider's own words, what about, what to do next. */
import { ERRORS } from '#core/error-table.ts'
import { type ErrorCode, exitCodeFor, type KaitoError, type ResourceRef } from '#core/errors.ts'
import { formatProblems } from '../results/problems-text.ts'
import { type Say, wordDeep } from '../text/advice-text.ts'
import type { Colors } from '../text/colors.ts'

export interface ErrorTextOptions {
  isVerbose: boolean
  say: Say
  colors: Colors
}

const RETRY = {
  no: '',
  later: 'later: the same command may work after a while',
  elsewhere: 'elsewhere: another machine type, zone or region may work',
} as const

/** Their next step is to go on, at once. */
const GOES_ON: ReadonlySet<ErrorCode> = new Set(['INTERRUPTED', 'TIMED_OUT'])

export function formatError(error: KaitoError, { isVerbose, say, colors }: ErrorTextOptions): string[] {
  const { bold, dim, red, cyan } = colors
  const { code, message, reason, resource, details, problems, hint, retryable } = error
  if (code === 'DECLINED') return [message]
  const retry = GOES_ON.has(code) ? '' : RETRY[retryable]
  const isTold = reason === undefined || message.includes(reason)
  const rows: [string, string][] = [
    ['', message],
    ...(isTold ? [] : [['why', reason] satisfies [string, string]]),
    ...(resource === undefined ? [] : [['about', formatResource(resource)] satisfies [string, string]]),
    ...details.map((detail): [string, string] => ['', `- ${say(detail)}`]),
    ...(retry === '' ? [] : [['retry', retry] satisfies [string, string]]),
    ['next', say(hint)],
  ]
  const found = formatProblems(wordDeep(problems, say), colors)
  return [
    ...found,
    ...(found.length === 0 ? [] : ['']),
    `${red('✗')} ${bold(ERRORS[code].title)} ${dim(`[${code}]`)}`,
    ...rows.flatMap(([key, value]) => formatField(key, value, key === 'next' ? cyan : dim)),
    ...(isVerbose ? formatRaw(error, colors) : []),
  ]
}

/** Something that kaito does not know: everything that a report needs. */
export function formatBug(error: unknown, version: string, { bold, dim, red, cyan }: Colors): string[] {
  const stack = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : `thrown: ${String(error)}`
  return [
    `${red('✗')} ${bold(ERRORS.INTERNAL.title)} ${dim('[INTERNAL]')}`,
    ...stack.split('\n').map((line) => `  ${line.trimEnd()}`),
    ...formatField('this is', `kaito ${version}`, dim),
    ...formatField('next', "report it to kaito's issue tracker: the command, and everything above", cyan),
  ]
}

const KEY_WIDTH = 7

function formatField(key: string, value: string, paint: (text: string) => string): string[] {
  const [first = '', ...rest] = value.trimEnd().split('\n')
  const blank = ' '.repeat(KEY_WIDTH)
  return [`  ${paint(key.padEnd(KEY_WIDTH))}  ${first}`, ...rest.map((line) => `  ${blank}  ${line}`)].map((line) =>
    line.trimEnd(),
  )
}

function formatResource({ kind, name, namespace }: ResourceRef): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${name} in namespace ${namespace}`
}

function formatRaw(error: KaitoError, { dim }: Colors): string[] {
  const raw = error.raw === undefined ? [] : formatField('raw', JSON.stringify(error.raw, null, 2), dim)
  const cause = error.cause instanceof Error ? formatField('cause', error.cause.stack ?? error.cause.message, dim) : []
  // Where in kaito a mistake of the input was found helps nobody to mend it.
  const stack = exitCodeFor(error) === ERRORS.USAGE.exit ? [] : formatField('stack', error.stack ?? '', dim)
  return [...raw, ...cause, ...stack]
}
