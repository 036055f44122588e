/** The table of commands, and the program that commander makes of it. */
import { Command } from 'commander'
import type { ExitCode } from '#core/errors.ts'
import { toCommand } from './command.ts'
import { chatCommand } from './commands/chat.ts'
import { deleteCommand } from './commands/delete.ts'
import { deployCommand } from './commands/deploy.ts'
import { diffCommand } from './commands/diff.ts'
import { endpointCommand } from './commands/endpoint.ts'
import { lintCommand } from './commands/lint.ts'
import { logsCommand } from './commands/logs.ts'
import { planCommand } from './commands/plan.ts'
import { renderCommand } from './commands/render.ts'
import { statusCommand } from './commands/status.ts'
import { waitCommand } from './commands/wait.ts'
import { addCompletion } from './completion.ts'
import type { Io } from './io.ts'
import { addGlobalOptions } from './options.ts'
import { VERSION } from './version.ts'

export function buildProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command('kaito')
    .description("From a model's name to an OpenAI-compatible endpoint that answers, on your Kubernetes cluster.")
    .version(VERSION, '-V, --version', 'print the version')
    .showHelpAfterError('(kaito --help shows what there is)')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
  addGlobalOptions(program)
  const commands = [
    toCommand(deployCommand, io, finish),
    toCommand(planCommand, io, finish),
    toCommand(diffCommand, io, finish),
    toCommand(lintCommand, io, finish),
    toCommand(renderCommand, io, finish),
    toCommand(statusCommand, io, finish),
    toCommand(waitCommand, io, finish),
    toCommand(endpointCommand, io, finish),
    toCommand(chatCommand, io, finish),
    toCommand(logsCommand, io, finish),
    toCommand(deleteCommand, io, finish),
  ]
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program))
  addCompletion(program)
  return program
}
