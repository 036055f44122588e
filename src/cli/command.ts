/** The shape of one command: a verb with its options, three examples that tests run, and what it does. */
import { type Argument, Command, Option } from 'commander'
import type { Verb } from '#core/advice.ts'
import { type ExitCode, KaitoError } from '#core/errors.ts'
import { readConfig } from './flags/config.ts'
import { readEnvironment } from './flags/flag.ts'
import { tellInHelp } from './flags/help.ts'
import { type GlobalOptions, OUTPUTS, type Output, type Report } from './flags/options.ts'
import { fileWithoutFlag, looksLikeFile } from './input/read-sources.ts'
import type { Session } from './session.ts'
import type { Io } from './terminal/io.ts'
import type { LoadRegistries } from './wiring/registries.ts'

export interface CommandSpec<Options> {
  name: Verb
  /** Arguments as commander writes them: `[model]`, `<name>`, `[names...]`. */
  argument?: { syntax: string; description: string; values?: readonly string[] }
  summary: string
  /** What people do with it: groups the help. */
  group: 'Deploy' | 'Check' | 'Inspect' | 'Delete' | 'Get started'
  /** Forms of the result beside text, json, yaml and name. */
  reports?: readonly Report[]
  /** All that there are, where it hands on what others say. */
  forms?: readonly Output[]
  /** The exit code of a bug, for a command whose 1 has a meaning of its own. */
  onBug?: ExitCode
  examples: readonly [Example, Example, Example]
  options?(command: Command): Command
  /** @param words the arguments. */
  run(words: readonly string[], options: Options, session: Session): Promise<ExitCode>
}

interface Example {
  /** Without the leading `kaito `. */
  args: string
  says: string
}

/** One run of kaito: what it reads and writes, what it is put together from, and where its exit code goes. */
export interface Invocation {
  io: Io
  registries: LoadRegistries
  finish(code: ExitCode): void
}

/** Turns a spec into a commander command. */
export function toCommand<Options>(spec: CommandSpec<Options>, { io, registries, finish }: Invocation): Command {
  const command = new Command(spec.name).description(spec.summary).helpGroup(`${spec.group}:`)
  if (spec.argument !== undefined) addArgument(command, spec.argument)
  spec.options?.(command)
  const lines = spec.examples.map(({ args, says }) => `  # ${says}\n  kaito ${args}`)
  tellInHelp(command, { examples: lines.join('\n\n'), forms: formsOf(spec) })
  command.action(async () => {
    const words = namedIn(command, wordsOf(command), spec.argument?.syntax)
    const commands = command.parent === null ? [command] : [command.parent, command]
    for (const each of commands) readEnvironment(each, io.env)
    await readConfig(commands, io.env)
    const all = command.optsWithGlobals<Options & GlobalOptions>()
    const namespaceFrom = command.parent?.getOptionValueSource('namespace')
    if (namespaceFrom !== undefined) all.namespaceFrom = namespaceFrom
    // A variable is a wish for all commands: those that have no such form say text.
    all.isOutputTyped = command.parent?.getOptionValueSource('output') === 'cli'
    if (!all.isOutputTyped && !formsOf(spec).includes(all.output)) all.output = 'text'
    checkForm(spec.name, formsOf(spec), all.output)
    if (spec.onBug !== undefined) finish(spec.onBug)
    const [{ withSession }, loaded] = await Promise.all([import('./wiring/session.ts'), registries()])
    const run = async (session: Session): Promise<ExitCode> => {
      if (all.verbose) (await import('./flags/origins.ts')).tellSources(commands, session.emit)
      return spec.run(words, all, session)
    }
    finish(await withSession(all, { ...io, verb: spec.name }, loaded, run))
  })
  return command
}

/** The name of a workspace is also the value of --workspace-name, as in KAITO's plugin of kubectl. */
function addArgument(command: Command, { syntax, description }: NonNullable<CommandSpec<never>['argument']>): void {
  if (!NAMES_WORKSPACE.test(syntax)) {
    command.argument(syntax, description)
    return
  }
  command
    .argument(syntax.replace('<', '[').replace('>', ']'), description)
    .usage(`[options] ${syntax}`)
    .addOption(new Option('--workspace-name <name>').hideHelp())
}

const NAMES_WORKSPACE = /^[<[]names?\b/

/** @throws when a workspace must be named, and none is. */
function namedIn(command: Command, words: readonly string[], syntax = ''): readonly string[] {
  if (!NAMES_WORKSPACE.test(syntax)) return words
  const { workspaceName } = command.opts<{ workspaceName?: string }>()
  const named = workspaceName === undefined ? words : [...words, workspaceName]
  if (named.length > 0 || syntax.startsWith('[')) return named
  return command.error('error: no workspace given', { code: 'commander.missingArgument' })
}

/** A shell expands `-f *.yaml` into one value and more words: these are files, too. */
function wordsOf(command: Command): readonly string[] {
  const { args, registeredArguments } = command
  const { filename = [] } = command.opts<{ filename?: string[] }>()
  if (filename.length > 0 && args.length > 0 && args.every(looksLikeFile)) {
    command.setOptionValueWithSource('filename', [...filename, ...args], 'cli')
    return []
  }
  if (args.length <= registeredArguments.length || registeredArguments.at(-1)?.variadic === true) return args
  if (filename.length > 0) throw fileWithoutFlag(args, filename)
  const message = `error: too many arguments: ${command.name()} takes ${oneOf(registeredArguments[0])}, not ${args.join(', ')}`
  return command.error(message, { code: 'commander.excessArguments' })
}

/** No command has more than one argument that is not a list. */
function oneOf(argument: Argument | undefined): string {
  if (argument === undefined) return 'no arguments'
  return argument.name() === 'name' ? 'one workspace' : `one ${argument.name()}`
}

export function formsOf({ reports = [], forms }: Pick<CommandSpec<never>, 'reports' | 'forms'>): Output[] {
  return [...(forms ?? OUTPUTS), ...reports]
}

function checkForm(name: string, forms: readonly Output[], output: Output): void {
  if (forms.includes(output)) return
  throw new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `kaito ${name} does not support -o ${output}; it supports ${forms.join(', ')}.`,
    hint: `See: kaito ${name} --help`,
  })
}
