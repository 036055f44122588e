/** What a test run leaves in the temporary folder lies in one of its own: that goes with the run or, where it was killed, with the next. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Before the workers start: they inherit the environment. */
export function useOwnTemp(): void {
  const runs = join(tmpdir(), `kaito-tests-${userInfo().uid}`)
  const own = join(runs, String(process.pid))
  mkdirSync(own, { recursive: true })
  const left = readdirSync(runs).filter((pid) => !isRunning(Number(pid)))
  for (const pid of left) rmSync(join(runs, pid), { recursive: true, force: true })
  process.env['TMPDIR'] = own
  process.on('exit', () => rmSync(own, { recursive: true, force: true }))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
