import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createKaito, main } from '#cli/main.ts'
import type { Io } from '#cli/terminal/io.ts'
import { SHIPPED } from '#cli/wiring/registries.ts'
import { createRedactor } from '#ui/text/redact.ts'
import { preset } from '../core/plan/fixtures.ts'

function io(onInterrupt: Io['onInterrupt']) {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const said = (stream: PassThrough) => () => String(stream.read() ?? '')
  return {
    io: { stdin: () => stdin, stdout, stderr, env: {}, redact: createRedactor({}), onInterrupt } as unknown as Io,
    said: said(stderr),
    printed: said(stdout),
  }
}

/** A process in which something is broken that kaito does not know. */
const brokenIo = () =>
  io(() => {
    throw new TypeError('a bug')
  })

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

describe('a program of its own', () => {
  it('has the rows that it hands in', async () => {
    const { io: own, printed } = io(() => () => undefined)
    const shipped = await SHIPPED.data.catalog(SHIPPED.engines)
    const models = { ...shipped.models, find: () => ({ ...preset('phi-4'), name: 'my-phi-4' }) }
    const catalog = async () => ({ ...shipped, models })
    const kaito = createKaito(async () => ({ ...SHIPPED, data: { ...SHIPPED.data, catalog } }))
    expect(await kaito(['render', 'my-phi-4', '--byo'], own)).toBe(0)
    expect(printed()).toContain('name: my-phi-4')
  })
})
