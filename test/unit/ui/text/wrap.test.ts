import { beforeAll, describe, expect, it } from 'vitest'
import { loadWrapping, wrapLine, wrapText } from '#ui/text/wrap.ts'

beforeAll(() => loadWrapping({ isTTY: true }))

describe('wrapLine', () => {
  it('a row goes on below its own text', () => {
    expect(wrapLine('  price    one two three four five six seven eight', 42)).toBe(
      '  price    one two three four five six\n           seven eight',
    )
  })

  it('with several gaps, below the last', () => {
    expect(wrapLine('  Current  Pod/x   is Ready and has been so for a long while now', 52)).toBe(
      '  Current  Pod/x   is Ready and has been so for a\n                   long while now',
    )
  })

  it('colour has no width and is not cut', () => {
    const line = `  \u001B[2mprice\u001B[22m    ${'word '.repeat(8)}end`
    expect(wrapLine(line, 60)).toBe(line)
    expect(wrapLine(line, 50).split('\n')).toHaveLength(2)
  })

  it('a command stays whole, and so does everything in a pipe', () => {
    const command = `  curl http://127.0.0.1:8000/v1/models -H 'Content-Type: application/json' -d '{"a":"b"}'`
    expect(wrapLine(command, 40)).toBe(command)
    const row = `  price    ${'word '.repeat(40)}`
    expect(wrapText(row, undefined)).toBe(row)
  })

  it('a command behind words stays whole on a line of its own, whichever program it is of', () => {
    expect(wrapLine('  next     Make room first, then go on: kaito delete mistral-7b -n default --yes', 50)).toBe(
      '  next     Make room first, then go on:\n           kaito delete mistral-7b -n default --yes',
    )
    const command = 'az vm list-usage -l eastus2 -o table --subscription 00000000'
    expect(wrapLine(`  next     See what is granted: ${command}`, 60).split('\n').at(-1)?.trim()).toBe(command)
    expect(wrapLine(`  open it  ${command}`, 50)).toBe(`  open it  ${command}`)
  })

  it('a mark hangs as it is told to', () => {
    expect(wrapLine('! a warning of several words, which is longer than that', 34, 2)).toBe(
      '! a warning of several words,\n  which is longer than that',
    )
  })
  it('a sentence at the margin goes on two blanks in, with a mark or without; a line of a diff stays whole', () => {
    const words = 'word '.repeat(12).trimEnd()
    expect(wrapText(`\u001B[32m✓\u001B[39m ${words}`, 44).split('\n')[1]).toMatch(/^ {2}word/)
    expect(wrapText(`Nothing of ${words}`, 44).split('\n')[1]).toMatch(/^ {2}word/)
    for (const line of [`+ ${words}`, `-${words}`, ` ${words}`, `# ${words}`]) expect(wrapText(line, 44)).toBe(line)
  })
})
