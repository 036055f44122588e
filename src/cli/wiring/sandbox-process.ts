/** Starts the sandbox's process, and finds the one that runs. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { KaitoError } from '#core/errors.ts'
import type { Places } from '#sandbox/paths.ts'
import type { Session } from '../session.ts'
import type { Io } from '../terminal/io.ts'
import { VERSION } from '../version.ts'

/** Without a request for so long, the process ends; its state stays. */
export const IDLE_MS = 30 * 60_000

/** The sandbox that runs, or a new one. */
export async function ensureSandbox(io: Io, idleMs: number, { emit, signal }: Pick<Session, 'emit' | 'signal'>) {
  const { openSandbox } = await import('#sandbox/client.ts')
  const start = ({ folder, log }: Places): void => {
    const written = openLog(folder, log)
    const [, script = ''] = process.argv
    const child = spawn(process.execPath, [script, 'sandbox', 'serve', '--idle', `${Math.ceil(idleMs / 1_000)}s`], {
      detached: true,
      stdio: ['ignore', written, written],
      env: Object.fromEntries(KEPT.flatMap((key) => (io.env[key] === undefined ? [] : [[key, io.env[key]]]))),
    })
    child.on('error', () => undefined)
    child.unref()
    closeSync(written)
  }
  const opening = openSandbox(io.env, { version: VERSION, signal, start })
  const opened = await orUnavailable(opening, 'Read that file; to begin anew: kaito sandbox reset')
  const { setAside } = opened.state
  if (opened.isNew && setAside.length > 0) {
    const message = `What the sandbox held could not be read, and it begins empty: ${setAside.join(' and ')}.`
    emit({ type: 'warning', phase: 'plan', code: 'sandbox', message })
  }
  return opened
}

function openLog(folder: string, log: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return openSync(log, 'a', 0o600)
  } catch (cause) {
    throw new KaitoError({
      code: 'OUTPUT_FAILED',
      phase: 'plan',
      message: `The sandbox cannot keep its state in ${folder}.`,
      reason: cause instanceof Error ? cause.message : String(cause),
      hint: 'Name a folder that you may write to, with space left: export XDG_STATE_HOME=$(mktemp -d)',
      cause,
    })
  }
}

/** What its process does not do is no bug of the command that asked. */
export async function orUnavailable<T>(asked: Promise<T>, hint: string): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof KaitoError) throw error
    throw new KaitoError({
      code: 'UNAVAILABLE',
      phase: 'plan',
      message: error instanceof Error ? error.message : String(error),
      hint,
      cause: error,
    })
  }
}

/** What a process that outlives the command needs of the environment: no secrets. */
const KEPT = ['PATH', 'HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'NODE_EXTRA_CA_CERTS', 'SystemRoot', 'USERPROFILE']
