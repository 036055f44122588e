/** What people type who know other tools, and how it is said here. */
import type { Command } from 'commander'
import type { Catalog } from '#core/catalog/catalog.ts'

/** Verbs of kubectl, helm, ollama. */
const VERBS: Readonly<Record<string, string>> = {
  version: 'kaito --version',
  get: 'kaito status; for the objects themselves: kubectl get',
  describe: 'kaito status NAME',
  ps: 'kaito status',
  list: 'kaito status lists the workspaces; the models that there are: kaito plan x',
  ls: 'kaito status lists the workspaces; the models that there are: kaito plan x',
  models: 'the models that there are: kaito plan x',
  apply: 'kaito deploy',
  install: 'kaito deploy',
  run: 'kaito deploy, then: kaito chat NAME',
  uninstall: 'kaito delete',
  rm: 'kaito delete',
}

/** Undefined: nothing is known of it. */
export async function adviceOn(
  error: Error & { code: string },
  argv: readonly string[],
  command: Command | undefined,
  openCatalog: () => Promise<Catalog>,
): Promise<string | undefined> {
  const word = /'([^']+)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownCommand') return VERBS[word]
  if (error.code === 'commander.excessArguments' && command?.name() === 'chat') return questionOf(argv)
  if (error.code !== 'commander.unknownOption') return undefined
  if (/^--dry-run\b/.test(word))
    return 'kaito deploy --dry-run or kaito plan shows what would be done; neither takes a value'
  return command?.options.some(({ long }) => long === '--engine-arg') === true
    ? engineFlag(word, argv, openCatalog)
    : undefined
}

/** The words after the name of the workspace, up to a flag. */
function questionOf(argv: readonly string[]): string {
  const [name = 'NAME', ...words] = argv.slice(argv.indexOf('chat') + 1)
  const flag = words.findIndex((word) => word.startsWith('-'))
  const question = words.slice(0, flag < 0 ? undefined : flag).join(' ')
  return `the question goes after -p: kaito chat ${name} -p '${question}'`
}

async function engineFlag(
  word: string,
  argv: readonly string[],
  openCatalog: () => Promise<Catalog>,
): Promise<string | undefined> {
  const [flag = '', given] = word.replace(/^--/, '').split(/=(.*)/s)
  const { images, flagsOf } = await openCatalog()
  const engine = images.map(({ engine, version }) => flagsOf(engine, version)).find((each) => each?.flags[flag])
  if (engine === undefined) return undefined
  const next = argv[argv.indexOf(word) + 1]
  const value = given ?? (next?.startsWith('-') === false ? next : undefined)
  return `it is a flag of ${engine.engine}: --engine-arg ${flag}${value === undefined ? '' : `=${value}`}`
}
