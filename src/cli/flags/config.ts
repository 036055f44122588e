/** Defaults from the config file: below flags, the environment and a workspace file, above what kaito would take. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Option } from 'commander'
import type { ConfigValue } from '#core/config-file.ts'
import { KaitoError } from '#core/errors.ts'
import { optionValue } from './flag.ts'

/** Where and how kaito works. What a workspace is stands in its file, and nobody says yes beforehand. */
const CONFIGURABLE = [
  'byo',
  'cloud',
  'cluster-resource',
  'context',
  'hf-token-file',
  'image-pull-secret',
  'kubeconfig',
  'namespace',
  'no-color',
  'output',
  'presets',
  'progress',
  'quiet',
  'registry-mirror',
  'sandbox',
  'sandbox-engine',
  'sandbox-speed',
  'timeout',
  'verbose',
  'wait-lock',
] as const

/** Of one cluster: they mean nothing in another one. */
const OF_A_CLUSTER = ['byo', 'cloud', 'cluster-resource', 'context', 'kubeconfig', 'namespace']
const OF_THE_SANDBOX = ['sandbox', 'sandbox-engine', 'sandbox-speed']

/** For what neither the command line nor the environment says. */
export async function readConfig(commands: readonly Command[], env: NodeJS.ProcessEnv): Promise<void> {
  const found = configText(commands, env)
  if (found === undefined) return
  const { parseConfig } = await import('#core/config-file.ts')
  const values = parseConfig(found.file, found.text)
  const options = commands.flatMap((command) => command.options.map((option) => ({ command, option })))
  for (const value of values) await checkName(value)
  const isSaid = (names: readonly string[]): boolean =>
    options.some(({ command, option }) => names.includes(nameOf(option)) && isGiven(command, option))
  const hidden = [
    ...(isSaid(OF_THE_SANDBOX) ? OF_A_CLUSTER : []),
    ...(isSaid(['context', 'kubeconfig']) ? OF_THE_SANDBOX : []),
  ]
  for (const value of values.filter(({ name }) => !hidden.includes(name))) {
    for (const { command, option } of options)
      if (nameOf(option) === value.name && !isGiven(command, option)) set(command, option, value)
  }
}

function isGiven(command: Command, option: Option): boolean {
  return ['cli', 'env'].includes(command.getOptionValueSource(option.attributeName()) ?? '')
}

function nameOf({ long }: Option): string {
  return (long ?? '').replace(/^--/, '')
}

function set(command: Command, option: Option, { name, text, place }: ConfigValue): void {
  const key = option.attributeName()
  const before: unknown = command.getOptionValueSource(key) === 'config' ? command.getOptionValue(key) : undefined
  const value = optionValue(option, text, before, (why) => refused(place, `${name} is "${text}". ${why}`))
  command.setOptionValueWithSource(key, value, 'config')
}

async function checkName({ name, place }: ConfigValue): Promise<void> {
  if (CONFIGURABLE.some((each) => each === name)) return
  const { nearly } = await import('#core/closest.ts')
  const near = nearly(name, CONFIGURABLE)
  const why = name === 'yes' ? 'yes cannot be set in a file: pass --yes, or set KAITO_YES in automation.' : undefined
  throw refused(
    place,
    why ?? `${name} is not a setting.`,
    near === undefined ? `Settings: ${CONFIGURABLE.join(', ')}.` : `Did you mean ${near}?`,
  )
}

function refused(place: string, message: string, hint = 'Fix the line or remove it.'): KaitoError {
  return new KaitoError({ code: 'USAGE', phase: 'spec', message: `${place}: ${message}`, hint })
}

/** That of --config must be there, the usual one need not. */
function configText(commands: readonly Command[], env: NodeJS.ProcessEnv): { file: string; text: string } | undefined {
  const named = commands.map((command) => command.opts<{ config?: string }>().config).find((file) => file !== undefined)
  const file = named ?? usualFile(env)
  if (file === undefined || named === '') return undefined
  try {
    return { file, text: readFileSync(file, 'utf8') }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (named === undefined && ['ENOENT', 'ENOTDIR'].includes(code)) return undefined
    throw refused(file, `Cannot read the config file (${code || message}).`, 'Pass another one with --config FILE.')
  }
}

function usualFile({ XDG_CONFIG_HOME: folder = '', HOME: home = '' }: NodeJS.ProcessEnv): string | undefined {
  if (folder !== '') return join(folder, 'kaito', 'config.yaml')
  return home === '' ? undefined : join(home, '.config', 'kaito', 'config.yaml')
}
