/** What the parser refuses, as an error like any other. */
import type { Command } from 'commander'
import { KaitoError } from '#core/errors.ts'

/** CommanderError; its class would load the parser. */
export function isFromCommander(error: unknown): error is Error & { code: string; exitCode: number } {
  return (
    error instanceof Error && 'exitCode' in error && String((error as { code?: unknown }).code).startsWith('commander.')
  )
}

export function usageError(
  error: Error & { code: string },
  argv: readonly string[],
  program: Command,
  advice: string | undefined,
): KaitoError {
  const command = commandIn(argv, program)
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: error.code === 'commander.help' ? 'No command given.' : saidBy(error),
    hint: advice ?? `See: kaito ${command === undefined ? '' : `${command.name()} `}--help`,
  })
}

/** A sentence of its own. */
function saidBy({ message }: Error): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const start = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.?!]$/.test(start) ? start : `${start}.`
}

export function commandIn(argv: readonly string[], program: Command): Command | undefined {
  return program.commands.find((each) => argv.includes(each.name()))
}

const OUTPUT = /^(?:--output=|-[a-z]*?o=?)(.+)$/

/** How a failure is to be told, read from words that the parser did not get to the end of. */
export function toldIn(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): { output: string | undefined; progress: string | undefined } {
  return { output: outputIn(argv, env), progress: progressIn(argv, env) }
}

function outputIn(argv: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const typed = argv.flatMap((word, index) => {
    const before = argv[index - 1]
    return before === '--output' || /^-[a-z]*o$/.test(before ?? '') ? [word] : (OUTPUT.exec(word)?.slice(1) ?? [])
  })
  return typed.at(-1) ?? env['KAITO_OUTPUT']
}

const PROGRESS = /^--progress=(.+)$/

function progressIn(argv: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const typed = argv.flatMap((word, index) =>
    argv[index - 1] === '--progress' ? [word] : (PROGRESS.exec(word)?.slice(1) ?? []),
  )
  return typed.at(-1) ?? env['KAITO_PROGRESS']
}
