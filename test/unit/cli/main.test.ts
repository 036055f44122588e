import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { main } from '#cli/main.ts'
import type { Io } from '#cli/terminal/io.ts'
import { createRedactor } from '#ui/text/redact.ts'

/** A process in which something is broken that kaito does not know. */
function brokenIo(): { io: Io; said: () => string } {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const onInterrupt = (): never => {
    throw new TypeError('a bug')
  }
  const io = { stdin, stdout, stderr, env: {}, redact: createRedactor({}), onInterrupt } as unknown as Io
  return { io, said: () => String(stderr.read() ?? '') }
}

describe('a bug', () => {
  it.each([
    { command: 'plan', exit: 1 },
    { command: 'diff', exit: 70 },
  ])('ends $command with $exit', async ({ command, exit }) => {
    const { io, said } = brokenIo()
    expect(await main([command, 'mistral-7b', '-o', 'json'], io)).toBe(exit)
    expect(JSON.parse(said())).toMatchObject({ code: 'INTERNAL', exitCode: exit, message: 'a bug' })
  })
})
