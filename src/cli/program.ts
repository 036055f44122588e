/** The table of commands, and the program that commander makes of it. What the words do not name is not loaded. */
import { Command } from 'commander'
import { type CommandSpec, formsOf, type Invocation, toCommand } from './command.ts'
import type { Completed } from './completion/completion.ts'
import { HELP } from './flags/help.ts'
import { addGlobalOptions } from './flags/options.ts'
import { VERSION } from './version.ts'
import type { tabNames } from './wiring/tab-names.ts'

interface Loaded extends Completed {
  command: Command
}
type Loader = (invocation: Invocation) => Promise<Loaded>

const load =
  <Options>(spec: () => Promise<CommandSpec<Options>>): Loader =>
  async (invocation) => {
    const read = await spec()
    return {
      command: toCommand(read, invocation),
      forms: formsOf(read),
      values: read.argument?.values ?? [],
    }
  }

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, Loader>> = {
  deploy: load(async () => (await import('./commands/deploy.ts')).deployCommand),
  scale: load(async () => (await import('./commands/scale.ts')).scaleCommand),
  plan: load(async () => (await import('./commands/plan.ts')).planCommand),
  diff: load(async () => (await import('./commands/diff.ts')).diffCommand),
  lint: load(async () => (await import('./commands/lint.ts')).lintCommand),
  render: load(async () => (await import('./commands/render.ts')).renderCommand),
  status: load(async () => (await import('./commands/status.ts')).statusCommand),
  wait: load(async () => (await import('./commands/wait.ts')).waitCommand),
  endpoint: load(async () => (await import('./commands/endpoint.ts')).endpointCommand),
  chat: load(async () => (await import('./commands/chat.ts')).chatCommand),
  logs: load(async () => (await import('./commands/logs.ts')).logsCommand),
  delete: load(async () => (await import('./commands/delete.ts')).deleteCommand),
  init: load(async () => (await import('./commands/init.ts')).initCommand),
  sandbox: load(async () => (await import('./commands/sandbox.ts')).sandboxCommand),
}

export const VERBS: readonly string[] = Object.keys(COMMANDS)

/** @param words of the command line: what may be a command's name is loaded; without one, all are (for the help). */
export async function buildProgram(invocation: Invocation, words: readonly string[] = []): Promise<Command> {
  const { io } = invocation
  const program = new Command('kaito')
    .description('From a model name to an OpenAI-compatible endpoint that answers, on your Kubernetes cluster.')
    .version(VERSION, '-V, --version', 'print the version')
    .showSuggestionAfterError(false)
    .configureHelp(HELP)
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
  addGlobalOptions(program)
  const named = Object.keys(COMMANDS).filter((name) => words.includes(name))
  const isAll = named.length === 0 || words.some((word) => WANTS_ALL.includes(word))
  const completed = new Map<string, Completed>()
  for (const name of isAll ? Object.keys(COMMANDS) : named) {
    const loaded = await COMMANDS[name]?.(invocation)
    if (loaded === undefined) continue
    // The command itself tells what they are.
    program.addCommand(loaded.command.copyInheritedSettings(program).allowExcessArguments())
    completed.set(name, loaded)
  }
  if (isAll) {
    const { addCompletion } = await import('./completion/completion.ts')
    const openCatalog = async () => {
      const { data, engines } = await invocation.registries()
      return data.catalog(engines)
    }
    const names: typeof tabNames = async (...asked) => (await import('./wiring/tab-names.ts')).tabNames(...asked)
    addCompletion(program, completed, { openCatalog, names: (question) => names(question, io), io })
  }
  return program
}

/** These tell of other commands, too. */
const WANTS_ALL = ['help', 'completion', 'complete']
