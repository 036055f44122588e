/** argv → exit code, with the one catch of the whole program. */
import { type ExitCode, exitCodeFor } from '#core/errors.ts'
import { type Io, processIo } from './io.ts'
import { VERSION } from './version.ts'

/** Scripts ask for the version: no parser is loaded for it. */
const VERSION_FLAGS = ['--version', '-V']

/** @param argv without node and script. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let exitCode: ExitCode = 0
  const finish = (code: ExitCode): void => {
    exitCode = code
  }
  if (argv.length === 1 && VERSION_FLAGS.includes(argv[0] ?? '')) {
    io.stdout.write(`${VERSION}\n`)
    return 0
  }
  const { buildProgram } = await import('./program.ts')
  const program = await buildProgram(io, finish, argv)
  program.exitOverride()
  for (const command of program.commands) command.exitOverride()
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (isFromCommander(error)) return error.exitCode === 0 ? 0 : 2
    const [{ formatFailure }, { loadWrapping }, { InvalidInput }] = await Promise.all([
      import('#ui/failure.ts'),
      import('#ui/wrap.ts'),
      import('./requests.ts'),
    ])
    await loadWrapping(io.stderr)
    const { output, verbose, color } = program.opts<{ output?: string; verbose?: boolean; color?: boolean }>()
    const problems = error instanceof InvalidInput ? error.problems : []
    io.stderr.write(
      formatFailure(error, {
        problems,
        redact: io.redact,
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

/** CommanderError; its class would load the parser. */
function isFromCommander(error: unknown): error is { exitCode: number } {
  return (
    error instanceof Error && 'exitCode' in error && String((error as { code?: unknown }).code).startsWith('commander.')
  )
}
