/** How help reads: what a command does and three examples first, its own flags next. What holds for every command stands in `kaito --help`. */
import type { Command, Help, HelpConfiguration, Option } from 'commander'
import { ERRORS } from '#core/error-table.ts'
import type { Output } from './options.ts'

interface Told {
  examples: string
  /** Of its result. */
  forms: readonly Output[]
}

const told = new WeakMap<Command, Told>()

export function tellInHelp(command: Command, about: Told): void {
  told.set(command, about)
}

export const HELP: HelpConfiguration = { sortSubcommands: false, optionDescription, formatHelp }

/** Without what says nothing: that a switch is off, and that a list is empty. */
function optionDescription(option: Option): string {
  const { description, argChoices, defaultValue, defaultValueDescription } = option
  const choices = argChoices === undefined || option.long === '--output' ? [] : [argChoices.join(', ')]
  const isSaid = defaultValue !== undefined && defaultValue !== false && !Array.isArray(defaultValue)
  const extra = [...choices, ...(isSaid ? [`default: ${defaultValueDescription ?? String(defaultValue)}`] : [])]
  const said = extra.length === 0 ? description : `${description} (${extra.join('; ')})`
  return said.replaceAll(') (', '; ')
}

function formatHelp(command: Command, help: Help): string {
  return (command.parent === null ? programHelp(command, help) : commandHelp(command, help)).flat().join('\n')
}

type Row = readonly [term: string, says: string]

function section(title: string, rows: readonly Row[], command: Command, help: Help): string[] {
  if (rows.length === 0) return []
  const width = help.padWidth(command, help)
  return [help.styleTitle(title), ...rows.map(([term, says]) => help.formatItem(term, width, says, help)), '']
}

const paragraph = (text: string, help: Help): string[] => [help.boxWrap(text, help.helpWidth ?? 80), '']

function options(command: Command, help: Help): Row[] {
  return help.visibleOptions(command).map((option) => [help.optionTerm(option), help.optionDescription(option)])
}

function programHelp(command: Command, help: Help): string[][] {
  const groups = Map.groupBy(help.visibleCommands(command), (sub) => sub.helpGroup() || 'Other:')
  const commands = [...groups].map(([group, subs]) =>
    section(
      group,
      subs.map((sub) => [termOf(sub), help.subcommandDescription(sub)]),
      command,
      help,
    ),
  )
  return [
    paragraph(help.commandDescription(command), help),
    [`${help.styleTitle('Usage:')} kaito COMMAND [NAME] [flags]`, 'Help for one command: kaito COMMAND --help', ''],
    ...commands,
    section('Global flags:', options(command, help), command, help),
    section('Exit codes:', EXITS, command, help),
  ]
}

function termOf(command: Command): string {
  return `${command.name()} ${command.usage().replace('[options]', '').trim()}`
}

function commandHelp(command: Command, help: Help): string[][] {
  const { examples = '', forms = [] } = told.get(command) ?? {}
  const args = help
    .visibleArguments(command)
    .map((each): Row => [help.argumentTerm(each), help.argumentDescription(each)])
  const isOneForm = forms.length < 2
  return [
    paragraph(help.commandDescription(command), help),
    [`${help.styleTitle('Usage:')} ${help.commandUsage(command)}`, ''],
    examples === '' ? [] : [help.styleTitle('Examples:'), examples, ''],
    section('Arguments:', args, command, help),
    section('Flags:', options(command, help), command, help),
    isOneForm ? [] : [`Output formats: ${forms.join(', ')}`],
    ['Global flags and exit codes: kaito --help', ''],
  ]
}

const EXITS: readonly Row[] = [
  ['0', 'success'],
  [String(ERRORS.INTERNAL.exit), 'internal error, a bug in kaito; for diff: there are changes'],
  [String(ERRORS.USAGE.exit), 'usage error, or the workspace file is invalid'],
  [String(ERRORS.PREFLIGHT_REFUSED.exit), 'refused before anything was billed'],
  [String(ERRORS.QUOTA_EXCEEDED.exit), 'no quota or no capacity'],
  [String(ERRORS.UNAVAILABLE.exit), 'cloud, cluster or credential error; not found'],
  [String(ERRORS.NOT_ANSWERING.exit), 'the workload failed'],
  [String(ERRORS.TIMED_OUT.exit), 'timed out while still progressing'],
  [String(ERRORS.LEFTOVERS.exit), 'something is left after delete and may still be billed'],
  ['70', 'Node.js is too old; for diff: internal error'],
  [String(ERRORS.INTERRUPTED.exit), 'interrupted'],
]
