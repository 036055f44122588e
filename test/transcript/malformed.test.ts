/** Input that is no workspace: exit code 2, the line named, every problem told, no stack. Through `kaito lint` and `kaito deploy`. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Run } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const FOLDER = fileURLToPath(new URL('../fixtures/workspaces/malformed/', import.meta.url))

interface Case {
  name: string
  /** The rule that must be named, and the line. */
  rule: string
  line: number
  input: string | Buffer
}

/** The first line of each file says what it is expected to be refused for: `# expect: RULE LINE`. */
const files = readdirSync(FOLDER).map((name): Case => {
  const input = readFileSync(join(FOLDER, name), 'utf8')
  const [, rule = '', line = ''] = /^# expect: (\S+) (\d+)$/m.exec(input) ?? []
  return { name, rule, line: Number(line), input }
})

const HEAD = 'apiVersion: kaito.sh/v1beta1\nkind: Workspace\nmetadata:\n  name: demo\n'
const made: Case[] = [
  {
    name: '10 MB of fields',
    rule: 'too-large',
    line: 64_202,
    input: `${HEAD}${'  a-label-of-some-length: a value of some length\n'.repeat(210_000)}`,
  },
  { name: '10 MB in one line', rule: 'too-large', line: 4, input: `${HEAD.trimEnd()}${'x'.repeat(10_000_000)}` },
  { name: 'a picture', rule: 'not-text', line: 1, input: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
  {
    name: 'random bytes',
    rule: 'not-text',
    line: 1,
    input: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197 + 128) % 256)),
  },
  { name: 'UTF-16', rule: 'not-text', line: 1, input: Buffer.from(`\uFEFF${HEAD}`, 'utf16le') },
  { name: '10,000 brackets', rule: 'too-deep', line: 5, input: `${HEAD}${'['.repeat(10_000)}\n` },
  { name: '10,000 levels of dashes', rule: 'too-deep', line: 1, input: `${'- '.repeat(10_000)}\n` },
  { name: 'nothing but blanks', rule: 'no-workspace', line: 1, input: '  \n\n  \n' },
]

function expectRefusal(run: Run, { rule, line }: Case): void {
  expect(run.code, run.stderr).toBe(2)
  expect(run.stderr + run.stdout).toMatch(new RegExp(`:${line}:\\d+: error: .*\\[${rule}\\]$`, 'm'))
  expect(run.stderr + run.stdout).not.toMatch(/^\s+at .*\(|node:internal|\.js:\d+/m)
  expect(run.stdout.length + run.stderr.length).toBeLessThan(6000)
}

describe('malformed input', () => {
  it('is covered in at least 30 ways, each with what is expected', () => {
    expect(files.length + made.length).toBeGreaterThanOrEqual(30)
    expect(files.filter(({ rule, line }) => rule === '' || line === 0).map(({ name }) => name)).toEqual([])
  })

  it.each([...files, ...made])('$name', async (one) => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'workspace.yaml'), one.input)
    expectRefusal(await kaito(['lint', '-f', 'workspace.yaml'], { cwd: dir }), one)
    // Refused before anything is asked of a cluster: there is none here.
    expectRefusal(await kaito(['deploy', '-f', '-', '--yes'], { cwd: dir, stdin: one.input }), one)
  })
  it.each(['deploy', 'plan', 'diff', 'delete'])('is told in the sandbox, too: %s', async (verb) => {
    const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    const env = { KAITO_SANDBOX: '1', XDG_STATE_HOME: dir }
    const args = [verb, '-f', join(FOLDER, 'unknown-field-deep.yaml')]
    const rule = 'unknown-field'
    expect((await kaito(args, { env })).stderr).toMatch(new RegExp(`:\\d+:\\d+: error: .*\\[${rule}\\]$`, 'm'))
    const { stderr } = await kaito([...args, '-o', 'json'], { env })
    expect(JSON.parse(stderr)).toMatchObject({ code: 'SPEC_INVALID', problems: [{ rule, severity: 'error' }] })
  })
})
