import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLogWriter } from '#ui/text/log-text.ts'
import { createRedactor } from '#ui/text/redact.ts'

function written(text: string, isTTY: boolean): string {
  const stream = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream
  createLogWriter(stream, createRedactor({ DB_PASSWORD: 'correct-horse-battery' }).mask)(text)
  return String(stream.read())
}

describe('a log on its way to stdout', () => {
  it('loses its secrets, wherever it goes', () => {
    for (const isTTY of [true, false])
      expect(written('key correct-horse-battery, hf_abcdefghijk\n', isTTY)).toBe('key ***, hf_***\n')
  })

  it('drives no terminal; in a file it stays as it is', () => {
    const text = '\u001B[2J\u001B]0;title\u0007 10%\r 20%\r\n\tdone\n'
    expect(written(text, true)).toBe(']0;title 10%\n 20%\n\tdone\n')
    expect(written(text, false)).toBe(text)
  })
})
