/** Signals, as a process gets them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
/** Goes on whatever it is told, as a run that waits for somebody who never answers. */
const STUBBORN = `
  import { processIo } from '#cli/terminal/io.ts'
  processIo().onInterrupt(() => process.stdout.write('interrupted'))
  setInterval(() => {}, 1_000)
  process.stdout.write('ready')`

let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

it('a second Ctrl-C ends the process at once; the echo of the first does not', async () => {
  child = spawn(process.execPath, ['--input-type=module', '-e', STUBBORN], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout?.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const ended = once(child, 'close')
  const says = (text: string) => vi.waitFor(() => expect(said).toBe(text), 10_000)
  await says('ready')
  child.kill('SIGINT')
  await says('readyinterrupted')
  child.kill('SIGINT')
  await delay(400)
  expect(child.exitCode).toBeNull()
  child.kill('SIGINT')
  expect(await ended).toEqual([130, null])
  expect(said).toBe('readyinterrupted')
})
