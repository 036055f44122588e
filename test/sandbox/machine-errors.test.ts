/** A failure for programs, as docs/ci.md promises it: the last line of stderr, or with JSON progress a line like the others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnSandbox, ownSandbox } from './sandbox.ts'

let sandbox: OwnSandbox
beforeAll(() => {
  sandbox = ownSandbox()
})
afterAll(() => sandbox.end())

const linesOf = (stderr: string): string[] => stderr.trimEnd().split('\n')
const drilled = ['deploy', 'mistral-7b', '--yes', '--drill', 'quota', '--sandbox-speed', '2000']

describe('a failure', () => {
  it('is the last line with -o json, behind the progress', async () => {
    const { code, stdout, stderr } = await sandbox.run([...drilled, '-o', 'json'])
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    const lines = linesOf(stderr)
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'Error', code: 'QUOTA_EXCEEDED', exitCode: 4 })
    expect(lines[1]).toContain('plan')
  })

  it.each([[['-o', 'json']], [['-o', 'text']]])('is an event of its own with --progress json and %j', async (form) => {
    const { code, stderr } = await sandbox.run([...drilled, '--progress', 'json', ...form])
    expect(code).toBe(4)
    const events = linesOf(stderr).map((line) => JSON.parse(line) as { type: string; schema: string; at: string })
    expect(events.map(({ type }) => type)).toContain('phase.started')
    expect(new Set(events.map(({ schema }) => schema))).toEqual(new Set(['kaito.events/v1']))
    const failed = { type: 'failed', kind: 'Error', code: 'QUOTA_EXCEEDED', exitCode: 4, at: expect.any(String) }
    expect(events.at(-1)).toMatchObject(failed)
  })

  it('is JSON alone with -q --progress json, and so is a line that cannot be read', async () => {
    for (const args of [
      ['status', 'nobody', '-q'],
      ['status', '--nope'],
    ]) {
      const { stderr } = await sandbox.run([...args, '--progress', 'json'])
      const events = linesOf(stderr).map((line) => JSON.parse(line) as object)
      expect(events.at(-1)).toMatchObject({ type: 'failed', kind: 'Error' })
    }
  })
})
