/** `kaito completion SHELL`, and the answers that the shell's script asks for with `kaito complete -- WORDS`. */
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import type { Catalog } from '#core/catalog/catalog.ts'
import { kubeconfigFiles, readKubeconfigs } from '#kube/access/kubeconfig.ts'
import type { Output } from '../flags/options.ts'
import type { Io } from '../terminal/io.ts'
import { BASH } from './bash.ts'
import { type TabQuestion, tabQuestionIn } from './tab-question.ts'

/** Commands whose argument is a model. */
const TAKES_MODEL = ['deploy', 'plan', 'diff', 'render']

const EXAMPLES = `
Examples:
  # bash, for this session; put it in ~/.bashrc for all of them
  source <(kaito completion bash)

  # zsh: in ~/.zshrc, after compinit
  source <(kaito completion zsh)

  # fish
  kaito completion fish > ~/.config/fish/completions/kaito.fish

  # PowerShell: in $PROFILE
  kaito completion powershell | Out-String | Invoke-Expression
`

/** What a command is completed with beside its flags. */
export interface Completed {
  /** Of its result. */
  forms: readonly Output[]
  /** What its argument may be. */
  values: readonly string[]
}

/** Where the rest of what is offered comes from. */
interface Sources {
  openCatalog(): Promise<Catalog>
  /** Of a cluster; nothing where it does not answer at once. */
  names(question: TabQuestion): Promise<string[]>
  io: Io
}

export function addCompletion(
  program: Command,
  commands: ReadonlyMap<string, Completed>,
  { openCatalog, names, io }: Sources,
): void {
  const completion = tab(program, { completionCommandName: 'completion' })
  const own = (name: string): Command | undefined => program.commands.find((command) => command.name() === name)
  own('completion')
    ?.description('print the completion script for a shell: commands, flags, models, workspaces')
    .addHelpText('after', EXAMPLES)
    .action((shell: string) => {
      if (shell === 'bash') io.stdout.write(BASH)
      else completion.setup(program.name(), program.name(), shell)
    })
  // The library always says that no file is wanted.
  let catalog: Catalog | undefined
  let found: readonly string[] = []
  const completeFound = (complete: (value: string, description: string) => void): void => {
    for (const name of found) complete(name, '')
  }
  own('complete')?.action(async (words: string[]) => {
    if (wantsFile(words, program)) {
      io.stdout.write(':0\n')
      return
    }
    catalog = await openCatalog()
    const question = await tabQuestionIn(words, program, io.env).catch(() => undefined)
    if (question !== undefined) found = (await names(question)).filter((name) => !words.slice(0, -1).includes(name))
    completion.parse(words)
  })
  completion.option('context', 'kubeconfig context to use', (complete) => {
    const { KAITO_KUBECONFIG: kubeconfig = '' } = io.env
    const files = kubeconfigFiles({ env: io.env, ...(kubeconfig === '' ? {} : { kubeconfig }) })
    for (const { name } of readKubeconfigs(files)?.contexts ?? []) complete(name, '')
  })
  completion.option('namespace', 'namespace', completeFound, 'n')
  // Global flags may stand behind the command, too.
  for (const command of completion.commands.values()) {
    for (const [name, option] of completion.options) if (!command.options.has(name)) command.options.set(name, option)
    const { description } = command.options.get('instance-type') ?? {}
    if (description !== undefined)
      command.option('instance-type', description, (complete) => completeMachines(complete, catalog))
  }
  for (const [name, { forms, values }] of commands) {
    const command = completion.commands.get(name)
    command?.option(
      'output',
      'form of the result on stdout',
      (complete) => {
        for (const form of forms) complete(form, '')
      },
      'o',
    )
    const [[argument, { variadic } = { variadic: false }] = []] = [...(command?.arguments ?? [])]
    if (argument === undefined) continue
    const completeValues: typeof completeFound = (complete) => {
      for (const value of values) complete(value, '')
    }
    if (values.length > 0) command?.argument(argument, completeValues)
    else if (['name', 'names'].includes(argument)) command?.argument(argument, completeFound, variadic)
  }
  completion.commands.get('help')?.argument('command', (complete) => {
    for (const { value, description } of completion.commands.values()) complete(value, description)
  })
  for (const name of TAKES_MODEL) {
    completion.commands.get(name)?.argument('model', (complete) => {
      for (const { name, aliases, description } of catalog?.models.list() ?? [])
        for (const each of [name, ...aliases]) complete(each, description)
    })
  }
}

function completeMachines(complete: (value: string, description: string) => void, catalog: Catalog | undefined): void {
  for (const { instanceType, cloud, gpuModel, gpuCount } of catalog?.machines.all() ?? [])
    complete(instanceType, `${cloud}, ${gpuCount} x ${gpuModel}`)
}

const FILE = /<(?:file|path)>/

/** The last word is, or is going to be, the value of a flag that names a file. */
function wantsFile(words: readonly string[], program: Command): boolean {
  const [last = '', before] = words.toReversed()
  const command = program.commands.find((each) => words.includes(each.name()))
  const flag = /^(--[^=]+)=/.exec(last)?.[1] ?? before
  return [...program.options, ...(command?.options ?? [])]
    .filter(({ flags }) => FILE.test(flags))
    .some(({ long, short }) => flag !== undefined && (flag === long || flag === short))
}
