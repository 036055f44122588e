/** A test run that is killed cannot tidy up: the next one does it, and leaves alone what is in use. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runProgram } from './run-kaito.ts'

const temp = mkdtempSync(join(tmpdir(), 'kaito-temp-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const RUN = `import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useOwnTemp } from '${new URL('own-temp.ts', import.meta.url).href}'
useOwnTemp()
console.log(mkdtempSync(join(tmpdir(), 'left-')))
`
/** @returns the folder that a test of it made. */
async function run(end: string): Promise<string> {
  const script = ['--input-type=module', '-e', `${RUN}${end}`]
  return (await runProgram([process.execPath, ...script], { ...process.env, TMPDIR: temp })).stdout.trim()
}

it('what is made in the temporary folder is this run’s', () => {
  expect(tmpdir()).toMatch(/kaito-tests-\d+\/\d+$/)
})

it('goes with a run that ends, and with the run after one that was killed', async () => {
  expect(existsSync(await run(''))).toBe(false)
  const left = await run("process.kill(process.pid, 'SIGKILL')")
  expect(existsSync(left)).toBe(true)
  const inUse = join(dirname(dirname(left)), String(process.pid))
  mkdirSync(inUse)
  await run('')
  expect([left, inUse].map((folder) => existsSync(folder))).toEqual([false, true])
})
