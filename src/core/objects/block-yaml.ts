/**
 * Values of JSON as YAML in blocks, byte for byte as the YAML package writes them. What is not a plain word or a number is left to it: it
 * tries each string as every type there is, which takes longer than rendering does.
 */
import { stringify } from 'yaml'
import { isMap } from './kube-object.ts'

/** No line is folded, and no two equal objects become one with an alias. */
export const AS_IS = { lineWidth: 0, aliasDuplicateObjects: false } as const

const WORD = /^(?!---|\.\.\.)[\w./-][\w./:@=+,-]*$/
const NO_WORD = /^-$|:$/
/** Words that would be read as another type: null, a boolean, a number. */
const TYPED =
  /^(?:[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|-?(?:\.\d+|\d+\.?\d*)(?:[eE][-+]?\d+)?)$/

export function blockYaml(value: object): string {
  return `${linesOf(value).join('\n')}\n`
}

function linesOf(value: object): string[] {
  return Array.isArray(value) ? value.flatMap(linesOfItem) : Object.entries(value).flatMap(linesOfPair)
}

function linesOfPair([key, value]: [string, unknown]): string[] {
  if (value === undefined) return []
  const [name, word] = [wordOf(key), wordOf(value)]
  if (name !== undefined && word !== undefined) return [`${name}: ${word}`]
  if (name === undefined || !isFull(value)) return written({ [key]: value })
  return [`${name}:`, ...linesOf(value).map(indented)]
}

function linesOfItem(value: unknown): string[] {
  const word = wordOf(value ?? null)
  if (word !== undefined) return [`- ${word}`]
  if (!isFull(value)) return written([value])
  const [first = '', ...rest] = linesOf(value)
  return [`- ${first}`, ...rest.map(indented)]
}

/** On one line with what is before it. */
function wordOf(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'object' && !isFull(value)) return Array.isArray(value) ? '[]' : '{}'
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value)
  if (typeof value !== 'string' || !WORD.test(value) || NO_WORD.test(value)) return undefined
  return TYPED.test(value) ? `"${value}"` : value
}

function isFull(value: unknown): value is object {
  return Array.isArray(value)
    ? value.length > 0
    : isMap(value) && Object.values(value).some((each) => each !== undefined)
}

function written(value: object): string[] {
  return stringify(value, AS_IS).slice(0, -1).split('\n')
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`
}
