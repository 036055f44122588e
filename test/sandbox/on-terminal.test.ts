/** Questions on a terminal and the ways not to answer them, and a terminal that has no room. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'
import { CTRL_C, CTRL_D, onTerminal } from './terminal.ts'

let sandbox: OwnSandbox
beforeAll(async () => {
  sandbox = ownSandbox()
  await sandbox.run(['sandbox', 'up'])
})
afterAll(() => sandbox.end())

const answer = (keys: string) => {
  const { CI: _, ...env } = sandbox.env
  return onTerminal('deploy mistral-7b', env, [{ after: '[y/N] ', keys }])
}
const isEmpty = async (): Promise<boolean> =>
  JSON.parse((await sandbox.run(['status', '-o', 'json'])).stdout).workspaces.length === 0

describe('the question before money is spent', () => {
  it.each([
    { keys: CTRL_C, how: 'Ctrl-C', code: 130, says: '[INTERRUPTED]' },
    { keys: CTRL_D, how: 'Ctrl-D', code: 2, says: 'Not confirmed; nothing was changed.' },
    { keys: 'n\n', how: 'n', code: 2, says: 'Not confirmed; nothing was changed.' },
    { keys: '\n', how: 'Enter', code: 2, says: 'Not confirmed; nothing was changed.' },
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

describe('a terminal of 0 columns', () => {
  it.each(['wait mistral-7b', 'wait mistral-7b --progress tty'])(
    'gets lines instead of a live one: %s',
    async (args) => {
      const { CI: _, ...env } = sandbox.env
      const { code, screen } = await onTerminal(`${args} --timeout 20s`, env, [], [0, 0])
      expect(screen).toContain('mistral-7b')
      expect(code).toBe(0)
    },
  )
})
