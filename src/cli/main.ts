/** argv → exit code, with the one catch of the whole program. What it is put together from is handed in. */
import type { Command } from 'commander'
import { ERRORS } from '#core/error-table.ts'
import { type ExitCode, exitCodeFor } from '#core/errors.ts'
import { SeveralErrors } from '#core/several-errors.ts'
import { withoutEquals } from './flags/short-equals.ts'
import { commandIn, isFromCommander, toldIn, usageError } from './flags/usage.ts'
import { outliveReaders, SIGPIPE_EXIT, type Written } from './terminal/closed-pipe.ts'
import { type Io, processIo } from './terminal/io.ts'
import { VERSION } from './version.ts'
import type { LoadRegistries } from './wiring/registries.ts'

/** Scripts ask for the version: no parser is loaded for it. */
const VERSION_FLAGS = ['--version', '-V']

/** @param argv without node and script. */
export type Main = (argv: readonly string[], io?: Io) => Promise<number>

/** kaito with these clouds and engines. A program of one's own ends with `process.exitCode = await main(argv)`. */
export function createKaito(registries: LoadRegistries): Main {
  return (argv, io = processIo()) => run(argv, io, registries)
}

/** The one that bin/kaito.js runs. */
export const main: Main = createKaito(async () => (await import('./wiring/registries.ts')).SHIPPED)

async function run(argv: readonly string[], io: Io, registries: LoadRegistries): Promise<number> {
  const written = outliveReaders(io)
  const code = await ran(argv, io, registries, written)
  const failure = await written.failure()
  if (failure === undefined) return code
  await tell(failure, exitCodeFor(failure), toldIn(argv, io.env), io)
  return exitCodeFor(failure)
}

async function ran(argv: readonly string[], io: Io, registries: LoadRegistries, { isCut }: Written): Promise<number> {
  let exitCode: ExitCode | undefined
  const finish = (code: ExitCode): void => {
    exitCode = code
  }
  if (argv.length === 1 && VERSION_FLAGS.includes(argv[0] ?? '')) {
    io.stdout.write(`${VERSION}\n`)
    return 0
  }
  const { buildProgram } = await import('./program.ts')
  const program = await buildProgram({ io, registries, finish }, argv)
  // What the parser says of a mistake is told like any other failure.
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeErr: () => undefined })
  if (argv.length === 0) {
    program.outputHelp()
    return 0
  }
  try {
    await program.parseAsync(withoutEquals(argv, [program, ...program.commands]), { from: 'user' })
    return isCut() && exitCode === ERRORS.INTERRUPTED.exit ? SIGPIPE_EXIT : (exitCode ?? 0)
  } catch (thrown) {
    const isUsage = isFromCommander(thrown)
    if (isUsage && thrown.exitCode === 0) return 0
    const advice = isUsage ? await adviceFor(thrown, argv, program, registries) : undefined
    const { output, progress } = isUsage ? toldIn(argv, io.env) : program.opts<Told>()
    const error = isUsage ? usageError(thrown, argv, program, advice) : thrown
    const code = exitCodeFor(error instanceof SeveralErrors ? error.gravest : error, exitCode)
    if (isCut() && code === ERRORS.INTERRUPTED.exit) return SIGPIPE_EXIT
    await tell(error, code, { ...program.opts<Told>(), output, progress }, io)
    return code
  }
}

async function adviceFor(
  error: Error & { code: string },
  argv: readonly string[],
  program: Command,
  registries: LoadRegistries,
): Promise<string | undefined> {
  const [{ adviceOn }, { VERBS }] = await Promise.all([import('./flags/usage-advice.ts'), import('./program.ts')])
  return adviceOn({ error, argv, program, command: commandIn(argv, program), verbs: VERBS }, async () => {
    const { data, engines } = await registries()
    return data.catalog(engines)
  })
}

interface Told {
  output?: string | undefined
  progress?: string | undefined
  verbose?: boolean
  color?: boolean
}

async function tell(error: unknown, exitCode: ExitCode, told: Told, io: Io): Promise<void> {
  const [{ formatFailure }, { loadWrapping }] = await Promise.all([
    import('#ui/errors/failure.ts'),
    import('#ui/text/wrap.ts'),
  ])
  await loadWrapping(io.stderr)
  const { output, progress, verbose, color } = told
  io.stderr.write(
    formatFailure(error, {
      redact: io.redact,
      exitCode,
      form: progress === 'json' ? 'event' : output === 'json' ? 'json' : 'text',
      now: new Date(),
      isVerbose: verbose ?? false,
      color: color ?? true,
      version: VERSION,
      stream: io.stderr,
      env: io.env,
    }),
  )
}
