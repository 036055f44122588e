/** What the words before a TAB ask of a cluster, and of which one. */
import type { Command } from 'commander'
import { readConfig } from '../flags/config.ts'
import { readEnvironment } from '../flags/flag.ts'
import type { GlobalOptions } from '../flags/options.ts'

export interface TabQuestion {
  wants: 'workspaces' | 'namespaces'
  /** Which cluster, and which namespace of it. */
  options: GlobalOptions
  /** Workspaces of every namespace. */
  isAnywhere: boolean
}

const NAMESPACE = ['-n', '--namespace']
const EVERYWHERE = ['-A', '--all-namespaces']
/** As the arguments of commands are called that name workspaces. */
const NAMES = ['name', 'names']

/** Undefined: nothing of a cluster. Throws for flags that cannot be read. */
export async function tabQuestionIn(
  words: readonly string[],
  program: Command,
  env: NodeJS.ProcessEnv,
): Promise<TabQuestion | undefined> {
  const [last = '', before = ''] = words.toReversed()
  const isSpaced = NAMESPACE.includes(before)
  const wants = isSpaced || last.startsWith('--namespace=') ? 'namespaces' : workspacesIn(words, program)
  if (wants === undefined) return undefined
  program.exitOverride().parseOptions(words.slice(0, isSpaced ? -2 : -1))
  readEnvironment(program, env)
  await readConfig([program], env)
  return { wants, options: program.opts<GlobalOptions>(), isAnywhere: words.some((word) => EVERYWHERE.includes(word)) }
}

/** The word that is typed may be a workspace's name. */
function workspacesIn(words: readonly string[], program: Command): 'workspaces' | undefined {
  const command = program.commands.find((each) => words.slice(0, -1).includes(each.name()))
  const [argument] = command?.registeredArguments ?? []
  const isName = argument !== undefined && NAMES.includes(argument.name())
  return isName && words.at(-1)?.startsWith('-') === false ? 'workspaces' : undefined
}
