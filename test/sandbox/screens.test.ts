/** What is on the screen at 80 and at 120 columns, and how many lines of it. `--update` rewrites the screens. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { screenOf } from '../support/screen.ts'
import { onTerminal } from '../support/terminal.ts'
import { workspaceText } from '../support/workspace-text.ts'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'
import { steady } from './steady.ts'

/** With a question and its answer the result must be seen at once on the smallest terminal. */
const [QUESTION_LINES, RESULT_LINES, STATUS_LINES] = [12, 10, 18]
/** At 80 columns a cause in a cloud's own words takes some. */
const ERROR_LINES = { 80: 14, 120: 11 } as const
/** It is copied: a terminal breaks it, and kaito does not. */
const COMMAND = /^ +(kaito|kubectl|az) /

const folder = mkdtempSync(join(tmpdir(), 'kaito-screens-'))
for (const name of ['mistral-7b', 'chat']) writeFileSync(join(folder, `${name}.yaml`), workspaceText({ name }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// One after the other: each screen shows what the command before has left.
describe.each([80, 120] as const)('%i columns', (columns) => {
  let sandbox: OwnSandbox
  beforeAll(async () => {
    sandbox = ownSandbox()
    await sandbox.run(['sandbox', 'up', '--sandbox-speed', '600'])
  })
  afterAll(() => sandbox.end())

  async function screen(name: string, args: string, ...answers: string[]): Promise<string[]> {
    const { CI: _, ...env } = sandbox.env
    const typed = answers.map((answer) => ({ after: '[y/N] ', keys: `${answer}\n` }))
    const done = await onTerminal(args, env, typed, [columns, 60])
    const shown = steady(await screenOf(done.screen, columns))
    const page = `$ kaito ${args.replaceAll(folder, 'models')}\n${shown}\n$ echo $?\n${done.code}\n`
    await expect(page).toMatchFileSnapshot(`screens/${name}.${columns}.txt`)
    const lines = shown.split('\n')
    expect(lines.filter((line) => line.length > columns && !COMMAND.test(line))).toEqual([])
    return lines
  }
  const upTo = (lines: string[], words: string): number => lines.findIndex((line) => line.includes(words)) + 1
  const from = (lines: string[], words: string): number => lines.length - lines.findIndex((l) => l.startsWith(words))

  it('a question, answered with no', async () => {
    const lines = await screen('question', 'deploy mistral-7b', 'n')
    expect(upTo(lines, '[y/N]')).toBeLessThanOrEqual(QUESTION_LINES)
    expect(lines.at(-1)).toBe('Nothing changed.')
  })

  it('a question about two workspaces', async () => {
    const lines = await screen('two-workspaces', `deploy -f ${folder}`, 'n')
    expect(upTo(lines, '[y/N]')).toBeLessThanOrEqual(QUESTION_LINES)
  })

  it('a deploy', async () => {
    expect(from(await screen('deploy', 'deploy mistral-7b --yes'), '✓ mistral-7b')).toBeLessThanOrEqual(RESULT_LINES)
  })

  it('the same again: one line', async () => {
    expect(from(await screen('again', 'deploy mistral-7b --yes'), '✓ mistral-7b')).toBe(1)
  })

  it('a change that takes something away', async () => {
    const lines = await screen('outage', 'deploy mistral-7b --max-model-len 8192', 'n')
    expect(upTo(lines, '[y/N]')).toBeLessThanOrEqual(QUESTION_LINES)
  })

  it('a move to another machine', async () => {
    const lines = await screen('move', 'deploy mistral-7b --instance-type Standard_NC24ads_A100_v4', 'n')
    expect(upTo(lines, '[y/N]')).toBeLessThanOrEqual(QUESTION_LINES)
  })

  it('status of one workspace', async () => {
    expect((await screen('status', 'status mistral-7b')).length).toBeLessThanOrEqual(STATUS_LINES)
  })

  it('status of several', async () => {
    expect((await sandbox.run(['deploy', 'phi-4', '--yes'])).code).toBe(0)
    expect((await screen('status-all', 'status')).length).toBeLessThanOrEqual(STATUS_LINES)
  })

  it('a delete', async () => {
    const lines = await screen('delete', 'delete mistral-7b', 'y')
    expect(upTo(lines, '[y/N]')).toBeLessThanOrEqual(QUESTION_LINES)
    expect(from(lines, '✓ mistral-7b')).toBeLessThanOrEqual(RESULT_LINES)
  })

  it('an error of a plan, and one of a cloud', async () => {
    const type = 'Standard_NV36ads_A10_v5'
    const plan = await screen('error-plan', `deploy llama-3.3-70b-instruct --instance-type ${type} --yes`)
    expect(from(plan, '✗ ')).toBeLessThanOrEqual(ERROR_LINES[columns])
    const cloud = await screen('error-cloud', 'deploy mistral-7b --name mistral-7c --yes --drill stock-out')
    expect(from(cloud, '✗ Cannot create')).toBeLessThanOrEqual(ERROR_LINES[columns])
  })
})
