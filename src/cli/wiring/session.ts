/** One run of a command: connected when it asks for it, freed at its end. */
import { ERRORS } from '#core/error-table.ts'
import { type ErrorCode, type ExitCode, hasCode, KaitoError } from '#core/errors.ts'
import type { Result } from '#core/results.ts'
import type { Ports } from '#pipeline/ports.ts'
import { inWords } from '#ui/errors/failure.ts'
import { createRenderer } from '#ui/progress/renderer.ts'
import { formatResults } from '#ui/results/result.ts'
import { type Say, sayAdvice } from '#ui/text/advice-text.ts'
import { loadWrapping } from '#ui/text/wrap.ts'
import type { GlobalOptions } from '../flags/options.ts'
import type { Session } from '../session.ts'
import type { Io } from '../terminal/io.ts'
import type { Registries } from './registries.ts'
import { shellOf } from './shell.ts'

/** Runs one command and frees everything afterwards, whatever happens. */
export async function withSession<T>(
  options: GlobalOptions,
  io: Io,
  registries: Registries,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await loadWrapping(io.stdout, io.stderr)
  const stop = new AbortController()
  const shell = await shellOf(options, io)
  const say: Say = (advice) => sayAdvice(advice, shell)
  const renderer = createRenderer({
    kind: options.progress ?? (isLive(io) ? 'tty' : 'plain'),
    isQuiet: options.quiet,
    stream: io.stderr,
    env: io.env,
    redact: io.redact,
    say,
    color: options.color,
    now: () => new Date(),
  })
  let connected: Promise<Ports> | undefined
  const fetched = async (url: string): Promise<string> => {
    const { download } = await import('./download.ts')
    const text = await download(url, { env: io.env, signal: stop.signal })
    renderer.emit({ type: 'step.progress', phase: 'spec', subject: url, state: 'read', detail: `${text.length} bytes` })
    return text
  }
  const interrupt = (): void =>
    stop.abort(ended('INTERRUPTED', 'Interrupted.', 'Run the same command again: it goes on from here.'))
  const offInterrupt = io.onInterrupt(interrupt)
  // Nobody reads what goes on until Ctrl-C any more.
  io.stdout.once('error', interrupt)
  // As with kubectl, 0 is no limit.
  const { timeout = 0 } = options
  const deadline = timeout === 0 ? undefined : setTimeout(() => stop.abort(timedOut(timeout)), timeout)
  const session: Session = {
    io: { ...io, download: fetched },
    registries,
    options,
    signal: stop.signal,
    interrupt,
    hold: () => renderer.hold(),
    emit: (event) => renderer.emit(event),
    async ports() {
      const { wirePorts } = await import('./ports.ts')
      connected ??= wirePorts(session)
      return connected
    },
    untilInterrupted,
    say,
    print: (results, { isAgain = false, ends = [], ...how } = {}) => {
      renderer.close()
      const { stdout: stream, env, redact } = io
      const given = { stream, env, redact, say, color: options.color, isVerbose: options.verbose, ...how }
      const again = isAgain ? { again: new Date() } : {}
      const isQuiet = options.quiet && options.output === 'text'
      const told = isQuiet ? results.filter(isAsked) : results
      stream.write(formatResults(told, options.output, { ...given, ...again, ends: isQuiet ? [] : ends }))
    },
  }
  try {
    return await work(session)
  } catch (error) {
    throw inWords(error, say)
  } finally {
    clearTimeout(deadline)
    offInterrupt()
    io.stdout.off('error', interrupt)
    renderer.close()
    const ports = await connected?.catch(() => undefined)
    await ports?.kube.close()
  }
}

/** With --quiet the exit code says that something was done; what was looked for is shown. */
function isAsked({ kind }: Result): boolean {
  return kind !== 'Deploy' && kind !== 'Delete' && kind !== 'Init'
}

/**
 * Some CI systems lend a terminal, and some terminals cannot take a line back, or do not say how wide they are: none of
 * them gets a live line.
 */
function isLive({ stderr, env }: Io): boolean {
  return stderr.isTTY === true && stderr.columns !== 0 && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb'
}

async function untilInterrupted(work: Promise<unknown>): Promise<ExitCode> {
  try {
    await work
    return 0
  } catch (error) {
    if (hasCode(error, 'INTERRUPTED')) return ERRORS.INTERRUPTED.exit
    throw error
  }
}

function timedOut(ms: number): KaitoError {
  return ended(
    'TIMED_OUT',
    `The --timeout of ${Math.round(ms / 1000)} s is over; nothing had failed.`,
    `Run the same command again with --timeout ${Math.ceil((2 * ms) / 1_000)}s: it goes on from here.`,
  )
}

/** Before its own end, and no failure of what it did. */
function ended(code: ErrorCode, message: string, hint: string): KaitoError {
  return new KaitoError({ code, phase: 'watch', message, hint, retryable: 'later' })
}
