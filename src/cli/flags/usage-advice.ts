/** What somebody meant whose words the parser does not know. */
import type { Command } from 'commander'
import type { Catalog } from '#core/catalog/catalog.ts'
import { nearly } from '#core/closest.ts'
import { FLAGS, MODELS, VERBS } from './other-tools.ts'

export interface Refused {
  error: Error & { code: string }
  argv: readonly string[]
  program: Command
  /** The one that the words are about. */
  command: Command | undefined
  /** Of all commands, loaded or not. */
  verbs: readonly string[]
}

/** Undefined: nothing is known of it. */
export async function adviceOn(refused: Refused, openCatalog: () => Promise<Catalog>): Promise<string | undefined> {
  const { error, argv, command } = refused
  const word = /'([^']+)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownCommand') return verbFor(word, refused.verbs, openCatalog)
  if (error.code === 'commander.excessArguments' && command?.name() === 'chat') return questionOf(argv)
  return error.code === 'commander.unknownOption' ? flagFor(word, refused, openCatalog) : undefined
}

async function verbFor(
  word: string,
  verbs: readonly string[],
  openCatalog: () => Promise<Catalog>,
): Promise<string | undefined> {
  if (MODELS.includes(word)) {
    const names = (await openCatalog()).models.list().map(({ name }) => name)
    return `Models: ${names.join(', ')}. For one of them: kaito plan NAME`
  }
  const near = VERBS.has(word) ? undefined : nearly(word, verbs)
  return near === undefined ? VERBS.get(word) : `Did you mean kaito ${near}?`
}

async function flagFor(
  word: string,
  { argv, program, command }: Refused,
  openCatalog: () => Promise<Catalog>,
): Promise<string | undefined> {
  const [flag = ''] = word.split('=')
  if (flag === '--dry-run') return 'kaito plan, or kaito deploy --dry-run, without a value, shows what would be done'
  const options = [...(command?.options ?? []), ...program.options]
  const engines = options.some(({ long }) => long === '--engine-arg')
    ? await engineFlag(word, argv, openCatalog)
    : undefined
  const near = nearly(
    flag,
    options.flatMap(({ long }) => long ?? []),
  )
  return FLAGS.get(flag) ?? engines ?? (near === undefined ? undefined : `Did you mean ${near}?`)
}

/** The words after the name of the workspace, up to a flag. */
function questionOf(argv: readonly string[]): string {
  const [name = 'NAME', ...words] = argv.slice(argv.indexOf('chat') + 1)
  const flag = words.findIndex((word) => word.startsWith('-'))
  const question = words.slice(0, flag < 0 ? undefined : flag).join(' ')
  return `The prompt goes after -p: kaito chat ${name} -p '${question}'`
}

async function engineFlag(
  word: string,
  argv: readonly string[],
  openCatalog: () => Promise<Catalog>,
): Promise<string | undefined> {
  const [flag = '', given] = word.replace(/^--/, '').split(/=(.*)/s)
  const { images, flagsOf } = await openCatalog()
  const engine = images
    .map(({ engine, version }) => flagsOf(engine, version))
    .find((each) => each !== undefined && Object.hasOwn(each.flags, flag))
  if (engine === undefined) return undefined
  const next = argv[argv.indexOf(word) + 1]
  const value = given ?? (next?.startsWith('-') === false ? next : undefined)
  return `This is a ${engine.engine} flag: --engine-arg ${flag}${value === undefined ? '' : `=${value}`}`
}
