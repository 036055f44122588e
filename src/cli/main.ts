/** argv → exit code, with the one catch of the whole program. */
import { CommanderError } from 'commander'
import { type ExitCode, exitCodeFor } from '#core/errors.ts'
import { formatFailure } from '#ui/failure.ts'
import { type Io, processIo } from './io.ts'
import { buildProgram } from './program.ts'
import { InvalidInput } from './requests.ts'
import { VERSION } from './version.ts'

/** @param argv without node and script. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let exitCode: ExitCode = 0
  const program = buildProgram(io, (code) => {
    exitCode = code
  })
  program.exitOverride()
  for (const command of program.commands) command.exitOverride()
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { output, verbose, color } = program.opts<{ output?: string; verbose?: boolean; color?: boolean }>()
    const problems = error instanceof InvalidInput ? error.problems : []
    io.stderr.write(
      formatFailure(error, {
        problems,
        asJson: output === 'json',
        isVerbose: verbose ?? false,
        color: color ?? true,
        version: VERSION,
        stream: io.stderr,
        env: io.env,
      }),
    )
    return exitCodeFor(error)
  }
}
