/** Advice → words to paste: flags as they are spelled, this run's cluster where another shell would find another one, quoted. */
import { type Advice, type Again, type Command, isSaid, type Piece, type Settings, type Verb } from '#core/advice.ts'

/** What a new shell would not find out by itself; nothing: it resolves what this run resolved. */
export interface Shell {
  sandbox?: { kubectlConfig: string }
  context?: string
  /** Of commands that name none. */
  namespace?: string
  /** Several are joined, as KUBECONFIG has them. */
  kubeconfigs?: readonly string[]
  /** Between the files of KUBECONFIG. */
  delimiter?: string
}

export const NEW_SHELL: Shell = {}

export type Say = (advice: Advice) => string

const SPELLINGS: Readonly<Record<string, string>> = {
  allNamespaces: '-A',
  filename: '-f',
  namespace: '-n',
  output: '-o',
  prompt: '-p',
  recursive: '-R',
}

/** They reach no cluster: nothing of this run's place is said. */
const OFFLINE: ReadonlySet<Verb> = new Set(['init', 'lint', 'render', 'sandbox'])
/** Prose stands in quotes even where a shell needs none. */
const PROSE = new Set(['prompt'])

export function sayAdvice(advice: Advice, shell: Shell): string {
  return isSaid(advice) ? advice.pieces.map((piece) => sayPiece(piece, shell)).join('') : advice
}

/** Every advice in a value put into words; the rest stays as it is. */
export function wordDeep<Shown>(value: unknown, say: Say): Shown {
  return worded(value, say) as Shown
}

function worded(value: unknown, say: Say): unknown {
  if (isSaid(value)) return say(value)
  if (Array.isArray(value)) return value.map((one) => worded(one, say))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, worded(one, say)]))
}

/** As a POSIX shell reads it back. */
export function quoted(word: string): string {
  return /^[\p{L}\p{N}_@%+:,./…-][\p{L}\p{N}_@%+:,./=…-]*$/u.test(word) ? word : quote(word)
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

function sayPiece(piece: Piece, shell: Shell): string {
  if (typeof piece === 'string') return piece
  if ('again' in piece) return sayAgain(piece)
  return 'run' in piece ? sayCommand(piece, shell) : spell(piece.setting, piece.value)
}

function sayAgain({ again, with: lacking }: Again): string {
  const said = `${again} the same command again`
  return lacking === undefined ? said : `${said} with ${spell(lacking.setting, lacking.value)}`
}

function sayCommand(command: Command, shell: Shell): string {
  if (command.run === 'other') return command.args.map(quoted).join(' ')
  const isKaito = command.run === 'kaito'
  const line = isKaito ? kaitoLine(command, shell) : kubectlLine(command.args, shell)
  const isPlaced = isKaito ? isAboutCluster(command) : true
  return [...(isPlaced ? variables(shell) : []), ...line].join(' ')
}

function kaitoLine(command: Extract<Command, { run: 'kaito' }>, shell: Shell): string[] {
  const { verb, workspace, settings = {} } = command
  const isPlaced = isAboutCluster(command)
  const { namespace = isPlaced && settings['allNamespaces'] === undefined ? shell.namespace : undefined } = command
  return [
    'kaito',
    verb,
    ...(workspace === undefined ? [] : [quoted(workspace)]),
    ...(namespace === undefined ? [] : [spell('namespace', namespace)]),
    ...(isPlaced ? placed(settings, shell) : spellAll(settings)),
  ]
}

/** `--yes` follows the name that it answers for; then comes where that is, then the rest. */
function placed({ yes, ...settings }: Settings, shell: Shell): string[] {
  return [...(yes === undefined ? [] : [spell('yes', yes)]), ...placeOf(shell), ...spellAll(settings)]
}

function isAboutCluster({ verb, settings = {} }: Extract<Command, { run: 'kaito' }>): boolean {
  return !OFFLINE.has(verb) && settings['help'] === undefined && settings['sandbox'] === undefined
}

function placeOf(shell: Shell): string[] {
  return shell.sandbox === undefined ? flagsOf(shell) : ['--sandbox']
}

/** `kubectl config` is about the file: a context changes nothing there. */
function kubectlLine(args: readonly string[], shell: Shell): string[] {
  const { context, ...files } = shell.sandbox === undefined ? shell : { kubeconfigs: [shell.sandbox.kubectlConfig] }
  const place = flagsOf(args[0] === 'config' || context === undefined ? files : { ...files, context })
  return ['kubectl', ...place, ...args.map(quoted)]
}

function flagsOf({ context, kubeconfigs = [] }: Shell): string[] {
  const [file] = kubeconfigs
  return [
    ...(context === undefined ? [] : [`--context ${quoted(context)}`]),
    ...(file === undefined || kubeconfigs.length > 1 ? [] : [`--kubeconfig ${quoted(file)}`]),
  ]
}

/** Several files can only be told by the variable. */
function variables({ sandbox, kubeconfigs = [], delimiter = ':' }: Shell): string[] {
  return sandbox === undefined && kubeconfigs.length > 1 ? [`KUBECONFIG=${quoted(kubeconfigs.join(delimiter))}`] : []
}

function spellAll(settings: Settings): string[] {
  return Object.entries(settings).map(([name, value]) => spell(name, value))
}

function spell(name: string, value: string | number | true): string {
  const flag = SPELLINGS[name] ?? `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  if (value === true) return flag
  return `${flag} ${PROSE.has(name) ? quote(String(value)) : quoted(String(value))}`
}
