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
  for (const pid of left) remove(join(runs, pid))
  process.env['TMPDIR'] = own
  process.on('exit', () => remove(own))
}

/** Where something still writes, a sandbox that outlives its test for one, a later run takes it away. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
