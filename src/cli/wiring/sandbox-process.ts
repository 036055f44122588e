/** Starts the sandbox's process, and finds the one that runs. */
import { spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
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
  const start = ({ log }: Places): void => {
    const written = openLog(log)
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

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants

/** Windows knows no links that it must not follow. */
function openLog(log: string): number {
  return openSync(log, O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600)
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
