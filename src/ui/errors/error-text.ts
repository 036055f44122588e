/** An error for people: what, why in the provider's own words, what about, what to do next. */
import { ERRORS } from '#core/error-table.ts'
import { exitCodeFor, type KaitoError, type ResourceRef } from '#core/errors.ts'
import { formatProblems } from '../results/problems-text.ts'
import { type Say, wordDeep } from '../text/advice-text.ts'
import type { Colors } from '../text/colors.ts'

export interface ErrorTextOptions {
  isVerbose: boolean
  say: Say
  colors: Colors
}

/** One sentence, its cause, what is left, and one command to go on with. */
export function formatError(error: KaitoError, { isVerbose, say, colors }: ErrorTextOptions): string[] {
  const { bold, dim, red } = colors
  const [head = '', ...more] = headOf(error).split('\n')
  if (error.code === 'DECLINED') return [head]
  const found = formatProblems(wordDeep(error.problems, say), colors)
  return [
    ...found,
    ...(found.length === 0 ? [] : ['']),
    `${red('✗')} ${bold(head)} ${dim(`[${error.code}]`)}`,
    ...more.map((line) => `  ${line}`.trimEnd()),
    ...rowsOf(error, say).flatMap(([key, value]) => formatField(key, value, colors)),
    ...(isVerbose ? formatRaw(error, colors) : []),
  ]
}

/** Where it happened stands below, when the rest is a sentence of its own. */
function headOf({ message, resource }: KaitoError): string {
  const place = resource === undefined ? '' : `${resource.kind}/${resource.name}`
  const [, rest] = message.startsWith(place) ? (/^\S+, container \S+: (?=[A-Z])(.*)$/s.exec(message) ?? []) : []
  return rest ?? message
}

type Row = readonly [key: string, value: string]

function rowsOf(error: KaitoError, say: Say): Row[] {
  const { reason, resource, left, undo, goOn } = error
  const hint = say(error.hint)
  const head = headOf(error)
  const isCauseTold = reason === undefined || head.includes(reason)
  const told = [head, reason ?? '', hint].join('\n')
  const isPlaceTold = resource === undefined || [head, ...left.map(say)].join('\n').includes(resource.name)
  const details = error.details.map(say).filter((detail) => !told.includes(detail))
  return [
    ...(isCauseTold ? [] : [['cause', reason] satisfies Row]),
    ...(isPlaceTold ? [] : [['about', formatResource(resource)] satisfies Row]),
    ...details.map((detail): Row => ['', `- ${detail}`]),
    ...left.map((each, index): Row => [index === 0 ? 'left' : '', say(each)]),
    ['next', hint],
    ...(goOn === undefined ? [] : [['then', say(goOn)] satisfies Row]),
    ...(undo === undefined ? [] : [['undo', say(undo)] satisfies Row]),
  ]
}

/** Something that kaito does not know: everything that a report needs. */
export function formatBug(error: unknown, version: string, colors: Colors): string[] {
  const { bold, dim, red } = colors
  const stack = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : `thrown: ${String(error)}`
  return [
    `${red('✗')} ${bold(ERRORS.INTERNAL.title)} ${dim('[INTERNAL]')}`,
    ...stack.split('\n').map((line) => `  ${line.trimEnd()}`),
    ...formatField('of', `kaito ${version}`, colors),
    ...formatField('next', 'Report it to the maintainers of kaito with the command and everything above.', colors),
  ]
}

const KEY_WIDTH = 5

function formatField(key: string, value: string, { dim, cyan }: Colors): string[] {
  const paint = key === 'next' ? cyan : dim
  const [first = '', ...rest] = value.trimEnd().split('\n')
  const blank = ' '.repeat(KEY_WIDTH)
  return [`  ${paint(key.padEnd(KEY_WIDTH))}  ${first}`, ...rest.map((line) => `  ${blank}  ${line}`)].map((line) =>
    line.trimEnd(),
  )
}

function formatResource({ kind, name, namespace }: ResourceRef): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${name} in namespace ${namespace}`
}

function formatRaw(error: KaitoError, colors: Colors): string[] {
  const { raw, cause, stack = '' } = error
  return [
    ...(raw === undefined ? [] : formatField('raw', JSON.stringify(raw, null, 2), colors)),
    ...(cause instanceof Error ? formatField('from', cause.stack ?? cause.message, colors) : []),
    // Where in kaito a mistake of the input was found helps nobody to fix it.
    ...(exitCodeFor(error) === ERRORS.USAGE.exit ? [] : formatField('stack', stack, colors)),
  ]
}
