/** What a cloud's own tool makes of a command line, by the arguments that the tool itself has listed (`npm run cloud-tools`). */
import { readFileSync } from 'node:fs'
import type { Printed, Tool } from './printed.ts'

interface ToolOption {
  names: readonly string[]
  /** How many, as argparse writes it. */
  values: '0' | '1' | '?' | '*' | '+'
  required?: true
  /** None other. */
  of?: readonly string[]
  /** Keys of key=value,key=value. */
  parts?: readonly string[]
}

export interface ToolTable {
  tool: string
  version: string
  commands: Readonly<Record<string, readonly ToolOption[]>>
}

/** gcloud is on no package registry: its lines are read by nobody. */
const READ = ['az', 'aws'] as const satisfies readonly Tool[]
export type ReadTool = (typeof READ)[number]

export const fileOf = (tool: ReadTool): URL => new URL(`${tool}.json`, import.meta.url)

export function isRead(tool: string | undefined): tool is ReadTool {
  return READ.some((read) => read === tool)
}

export function commandOf([, ...words]: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith('-'))
  return words.slice(0, end < 0 ? undefined : end).join(' ')
}

/** Empty: the tool takes it. */
export function faultsOf({ words, isPart }: Printed): string[] {
  const [tool] = words
  if (!isRead(tool)) throw new Error(`nobody reads what is meant for ${tool}`)
  const table = JSON.parse(readFileSync(fileOf(tool), 'utf8')) as ToolTable
  const command = commandOf(words)
  const options = table.commands[command]
  if (options === undefined) return [`${table.tool} ${table.version} is not known to have the command ${command}`]
  const given = givenIn(words.slice(1 + command.split(' ').length))
  const missing = options.filter(
    ({ required, names }) => required === true && !given.some(({ name }) => names.includes(name)),
  )
  return [
    ...given.flatMap((one) => faultsIn(one, options, isPart === true)),
    ...(isPart === true ? [] : missing.map(({ names }) => `${names.join(', ')} is missing`)),
  ]
}

interface Given {
  name: string
  values: readonly string[]
}

function givenIn(words: readonly string[]): Given[] {
  const starts = words.flatMap((word, index) => (word.startsWith('-') ? [index] : []))
  return starts.map((start, index) => ({ name: words[start] ?? '', values: words.slice(start + 1, starts[index + 1]) }))
}

const LEAST = { '0': 0, '1': 1, '?': 0, '*': 0, '+': 1 } as const
const MOST = { '0': 0, '1': 1, '?': 1, '*': Number.POSITIVE_INFINITY, '+': Number.POSITIVE_INFINITY } as const

function faultsIn({ name, values }: Given, options: readonly ToolOption[], isPart: boolean): string[] {
  const option = options.find(({ names }) => names.includes(name))
  if (option === undefined) return [`there is no ${name}`]
  const { of, parts } = option
  const keys =
    parts === undefined ? [] : values.flatMap((value) => value.split(',').map((pair) => pair.split('=')[0] ?? ''))
  const isCounted = values.length <= MOST[option.values] && (isPart || values.length >= LEAST[option.values])
  return [
    ...(isCounted ? [] : [`${name} has ${values.length} values`]),
    ...values.filter((value) => of?.includes(value) === false).map((value) => `${name} cannot be ${value}`),
    ...keys.filter((key) => parts?.includes(key) === false).map((key) => `${name} has no ${key}`),
  ]
}
