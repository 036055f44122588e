/** `kaito completion SHELL`, and the answers that the shell's script asks for with `kaito complete -- WORDS`. */
import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import { readCatalog } from '#data/read-data.ts'
import { OUTPUTS, type Report } from './options.ts'

/** Commands whose argument is a model; elsewhere it is a workspace, and asking the cluster at every TAB is too slow. */
const TAKES_MODEL = ['deploy', 'plan', 'diff', 'render']

const EXAMPLES = `
Examples:
  # For this session of bash; in ~/.bashrc for every one
  source <(kaito completion bash)

  # zsh: in ~/.zshrc, behind compinit
  source <(kaito completion zsh)

  # fish
  kaito completion fish > ~/.config/fish/completions/kaito.fish

  # PowerShell: in $PROFILE
  kaito completion powershell | Out-String | Invoke-Expression
`

/** @param reports command → forms of its result that others do not have. */
export function addCompletion(program: Command, reports: ReadonlyMap<string, readonly Report[]>): void {
  const completion = tab(program, { completionCommandName: 'completion' })
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description('print the script that lets a shell complete commands, flags and model names')
    .addHelpText('after', EXAMPLES)
  // Global flags may stand behind the command, too.
  for (const command of completion.commands.values())
    for (const [name, option] of completion.options) if (!command.options.has(name)) command.options.set(name, option)
  for (const [name, own] of reports) {
    completion.commands.get(name)?.option(
      'output',
      'form of the result on stdout',
      (complete) => {
        for (const form of [...OUTPUTS, ...own]) complete(form, '')
      },
      'o',
    )
  }
  for (const name of TAKES_MODEL) {
    completion.commands.get(name)?.argument('model', (complete) => {
      for (const { name, aliases, description } of readCatalog().models)
        for (const each of [name, ...aliases]) complete(each, description)
    })
  }
}
