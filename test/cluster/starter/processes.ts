/** Starts the long-running programs of the bed and writes down what was started. */
import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS, PIDS } from './places.ts'

/** Starts a program that outlives this one; its output goes to `.bed/log/NAME.log`. */
export function startDetached(name: string, file: string, args: readonly string[]): number {
  const log = openSync(join(LOGS, `${name}.log`), 'w')
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log] })
  child.unref()
  if (child.pid === undefined) throw new Error(`${file} did not start`)
  writeFileSync(PIDS, JSON.stringify({ ...readPids(), [name]: child.pid }, null, 2))
  return child.pid
}

export function readPids(): Record<string, number> {
  return existsSync(PIDS) ? (JSON.parse(readFileSync(PIDS, 'utf8')) as Record<string, number>) : {}
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** SIGTERM, and SIGKILL for what is still there after five seconds. */
export async function stop(pids: readonly number[]): Promise<void> {
  const signal = (pid: number, name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name)
    } catch {
      // It is gone already.
    }
  }
  for (const pid of pids) signal(pid, 'SIGTERM')
  for (let tries = 0; tries < 50 && pids.some(isRunning); tries += 1) await sleep(100)
  for (const pid of pids.filter(isRunning)) signal(pid, 'SIGKILL')
}

/** Asks until the answer is true. Fails at once when one of `pids` has died. */
export async function until(
  what: string,
  question: () => Promise<boolean>,
  { seconds, pids = {} }: { seconds: number; pids?: Record<string, number> },
): Promise<void> {
  const start = performance.now()
  while (performance.now() - start < seconds * 1000) {
    if (await question().catch(() => false)) {
      process.stdout.write(`ready   ${what} after ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
      return
    }
    const [dead] = Object.entries(pids).filter(([, pid]) => !isRunning(pid))
    if (dead !== undefined) throw new Error(`${dead[0]} has ended: see ${join(LOGS, `${dead[0]}.log`)}`)
    await sleep(100)
  }
  throw new Error(`${what} is not ready after ${seconds} s: see ${LOGS}`)
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
