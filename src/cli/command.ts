/** The shape of one command: a verb with its options, three examples that tests run, and what it does. */
import { Command } from 'commander'
import type { Verb } from '#core/advice.ts'
import { type ExitCode, KaitoError } from '#core/errors.ts'
import { readEnvironment } from './flags/flag.ts'
import { type GlobalOptions, OUTPUTS, type Output, type Report } from './flags/options.ts'
import { fileWithoutFlag } from './input/read-sources.ts'
import type { Session } from './session.ts'
import type { Io } from './terminal/io.ts'
import type { LoadRegistries } from './wiring/registries.ts'

export interface CommandSpec<Options> {
  name: Verb
  /** Arguments as commander writes them: `[model]`, `<name>`. */
  argument?: { syntax: string; description: string; values?: readonly string[] }
  summary: string
  /** What people do with it: groups the help. */
  group: 'Deploy' | 'Look' | 'Check' | 'Remove' | 'Try'
  /** Forms of the result beside text, json, yaml and name. */
  reports?: readonly Report[]
  /** It hands on what others say, as it comes: text, and no other form. */
  isStream?: true
  /** The exit code of a bug, for a command whose 1 has a meaning of its own. */
  onBug?: ExitCode
  examples: readonly [Example, Example, Example]
  options?(command: Command): Command
  run(argument: string | undefined, options: Options, session: Session): Promise<ExitCode>
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
  if (spec.argument !== undefined) command.argument(spec.argument.syntax, spec.argument.description)
  spec.options?.(command)
  const lines = spec.examples.map(({ args, says }) => `  # ${says}\n  kaito ${args}`)
  command.addHelpText('after', `\nExamples:\n${lines.join('\n\n')}\n`)
  command.action(async (...received: unknown[]) => {
    const argument = spec.argument === undefined ? undefined : (received[0] as string | undefined)
    checkArguments(command)
    const commands = command.parent === null ? [command] : [command.parent, command]
    for (const each of commands) readEnvironment(each, io.env)
    const all = command.optsWithGlobals<Options & GlobalOptions>()
    checkForm(spec.name, formsOf(spec), all.output)
    if (spec.onBug !== undefined) finish(spec.onBug)
    const [{ withSession }, loaded] = await Promise.all([import('./wiring/session.ts'), registries()])
    const run = async (session: Session): Promise<ExitCode> => {
      if (all.verbose) (await import('./flags/origins.ts')).tellSources(commands, session.emit)
      return spec.run(argument, all, session)
    }
    finish(await withSession(all, { ...io, verb: spec.name }, loaded, run))
  })
  return command
}

/** A shell expands `-f *.yaml` into one value and stray words: told as that, and not as a word too many. */
function checkArguments(command: Command): void {
  const { args, registeredArguments } = command
  if (args.length <= registeredArguments.length) return
  const { filename = [] } = command.opts<{ filename?: string[] }>()
  if (filename.length > 0) throw fileWithoutFlag(args, filename)
  const count = registeredArguments.length
  const message = `error: too many arguments for '${command.name()}'. Expected ${count} argument${count === 1 ? '' : 's'} but got ${args.length}: ${args.join(', ')}.`
  command.error(message, { code: 'commander.excessArguments' })
}

export function formsOf({ reports = [], isStream }: Pick<CommandSpec<never>, 'reports' | 'isStream'>): Output[] {
  return isStream === true ? ['text'] : [...OUTPUTS, ...reports]
}

function checkForm(name: string, forms: readonly Output[], output: Output): void {
  if (forms.includes(output)) return
  throw new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `-o ${output} is not a form of what ${name} says; there are: ${forms.join(', ')}.`,
    hint: `See: kaito ${name} --help`,
  })
}
