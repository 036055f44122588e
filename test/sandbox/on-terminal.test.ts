/** Questions on a terminal and the ways not to answer them, and a terminal that has no room. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CTRL_C, CTRL_D, onTerminal } from '../support/terminal.ts'
import { workspaceText } from '../support/workspace-text.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  // What is asked and shown is looked at here, and not how long a machine takes.
  await sandbox.run(['sandbox', 'up', '--sandbox-speed', '300'])
})
afterAll(() => sandbox.end())

const outsideCi = (): Record<string, string> => {
  const { CI: _, ...env } = sandbox.env
  return env
}
const answer = (keys: string) => onTerminal('deploy mistral-7b', outsideCi(), [{ after: '[y/N] ', keys }])
const isEmpty = async (): Promise<boolean> =>
  JSON.parse((await sandbox.run(['status', '-o', 'json'])).stdout).workspaces.length === 0

describe('the question before money is spent', () => {
  it.each([
    { keys: CTRL_C, how: 'Ctrl-C', code: 130, says: '[INTERRUPTED]' },
    { keys: CTRL_D, how: 'Ctrl-D', code: 2, says: 'Nothing changed.' },
    { keys: 'n\n', how: 'n', code: 2, says: 'Nothing changed.' },
    { keys: '\n', how: 'Enter', code: 2, says: 'Nothing changed.' },
  ])('ends with $code after $how, and nothing is changed', async ({ keys, code, says }) => {
    const done = await answer(keys)
    expect(done.screen).toContain(says)
    expect(done.screen).not.toContain('[INTERNAL]')
    expect(done.code).toBe(code)
    expect(await isEmpty()).toBe(true)
  })

  it('goes on after y', async () => {
    expect((await answer('y\n')).code).toBe(0)
    expect(await isEmpty()).toBe(false)
  })
})

describe('two workspaces in one input', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaito-two-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const deploy = (keys: string) => {
    for (const [name, preset] of [
      ['one', 'mistral-7b-instruct'],
      ['two', 'phi-4'],
    ] as const)
      writeFileSync(join(folder, `${name}.yaml`), workspaceText({ name }, preset))
    const { CI: _, ...env } = sandbox.env
    return onTerminal(`deploy -f ${folder}`, env, [{ after: '[y/N] ', keys }])
  }

  it('are planned and priced together before the one question; n changes nothing', async () => {
    const { code, screen } = await deploy('n\n')
    expect(code).toBe(2)
    const asked = screen.slice(0, screen.indexOf('[y/N]'))
    expect(asked).toMatch(
      /one +mistral-7b-instruct +1 × \S+ +\$3\.20 per hour[\s\S]*two +phi-4 +1 × \S+ +\$3\.67 per hour/,
    )
    expect(asked.replaceAll(/\s+/g, ' ')).toMatch(
      /This creates 1 × \S+, 1 × \S+ for 2 workspaces \(one, two\) in context kaito-sandbox, namespace default: \$6\.87 per hour in all until they are deleted\. Continue\? $/,
    )
    expect(asked).not.toContain('node pool,')
    expect(screen.match(/\[y\/N\]/g)).toHaveLength(1)
    const { stdout } = await sandbox.run(['status', '-o', 'json'])
    expect(JSON.parse(stdout).workspaces.map((each: { workspace: string }) => each.workspace)).not.toContain('one')
  })

  it('are both made after one y, and one line stays of each, before the table', async () => {
    const { code, screen } = await deploy('y\n')
    expect(code).toBe(0)
    expect(screen.match(/\[y\/N\]/g)).toHaveLength(1)
    expect(screen).toMatch(/✓ one: done, [\s\S]*NAME +STATE/)
    expect(screen).toMatch(/✓ two: done, [\s\S]*NAME +STATE/)
    expect(screen).not.toMatch(/✓ (one|two): apply objects/)
  })
})

describe('the questions of init', () => {
  const { CI: _, ...env } = { CI: '', NO_COLOR: '1' }
  it.each([
    { keys: CTRL_C, how: 'Ctrl-C', code: 130 },
    { keys: CTRL_D, how: 'Ctrl-D', code: 2 },
  ])('end with $code after $how', async ({ keys, code }) => {
    const done = await onTerminal('init', env, [{ after: 'Number or name [1] ', keys }])
    expect(done.screen).not.toContain('[INTERNAL]')
    expect(done.code).toBe(code)
  })
})

describe('a conversation', () => {
  it('ends with 0 after /bye', async () => {
    const exited = await onTerminal('chat mistral-7b', outsideCi(), [{ after: '> ', keys: '/bye\n' }])
    expect(exited.code, exited.screen).toBe(0)
  })
})

describe('80 columns', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor starts with one
  const CONTROL = /\u001B\[[\d;?]*[A-Za-z]/g
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a live line is taken back
  const ROW = /\r?\n|\u001B\[(?:1G|2K)/
  /** Beside commands, which are copied, and the live line, which written over itself. */
  const tooLong = (screen: string): string[] =>
    screen
      .split(ROW)
      .map((line) => line.replace(CONTROL, ''))
      .filter((line) => line.length > 80 && !/^ {2}(kaito|curl|export) /.test(line))

  it('hold the questions, which name the price, and the result of delete', async () => {
    const asked = await onTerminal('deploy phi-4', outsideCi(), [{ after: '[y/N] ', keys: 'y\n' }], [80, 40])
    expect(asked.code, asked.screen).toBe(0)
    expect(asked.screen.replaceAll(/\s+/g, ' ')).toMatch(
      /This creates 1 × \S+ for workspace phi-4 \(model phi-4\) in context kaito-sandbox, namespace default: \$[\d.]+ per hour until it is deleted\. Continue\? \[y\/N\]/,
    )
    expect(tooLong(asked.screen)).toEqual([])
    const removed = await onTerminal('delete phi-4', outsideCi(), [{ after: '[y/N] ', keys: 'y\n' }], [80, 40])
    expect(removed.code, removed.screen).toBe(0)
    expect(tooLong(removed.screen)).toEqual([])
  })

  it('hold the models of init', async () => {
    const { screen } = await onTerminal('init', outsideCi(), [{ after: 'Number or name [1] ', keys: CTRL_C }], [80, 60])
    expect(screen).toContain('deepseek')
    expect(tooLong(screen)).toEqual([])
  })
})

describe('a terminal of 0 columns', () => {
  it.each(['wait mistral-7b', 'wait mistral-7b --progress tty'])(
    'gets lines instead of a live one: %s',
    async (args) => {
      const { code, screen } = await onTerminal(`${args} --timeout 20s`, outsideCi(), [], [0, 0])
      expect(screen).toContain('mistral-7b')
      expect(code).toBe(0)
    },
  )
})
