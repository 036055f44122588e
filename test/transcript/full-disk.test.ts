/** A disk without space: no stack, nothing half written, and an exit code that says so. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { KAITO, runProgram } from '../support/run-kaito.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
})

/** No file may grow: what a full disk says, without one. */
const kaito = (args: string) => {
  const command = `ulimit -f 0; exec "${process.execPath}" "${KAITO}" ${args}`
  const { PATH } = process.env
  return runProgram(
    ['bash', '-c', command],
    { ...(PATH === undefined ? {} : { PATH }), HOME: dir, CI: 'true' },
    { cwd: dir },
  )
}

it.each(['--version', '--help', 'render mistral-7b --byo', 'completion bash'])('%s > file', async (args) => {
  const { code, stderr } = await kaito(`${args} > out`)
  expect(code, stderr).toBe(5)
  expect(stderr).toContain('[OUTPUT_FAILED]')
  expect(stderr).toContain('EFBIG')
  expect(stderr).not.toMatch(/^\s+at /m)
})

it('as JSON for whoever asked for JSON', async () => {
  const { code, stderr } = await kaito('render mistral-7b --byo -o json > out')
  expect(code, stderr).toBe(5)
  expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ code: 'OUTPUT_FAILED', exitCode: 5 })
})

it('a story that cannot be told keeps neither the result nor the exit code away', async () => {
  const done = await kaito('render mistral-7b --byo 2> err')
  expect(done.code).toBe(0)
  expect(done.stdout).toContain('kind: Deployment')
  expect((await kaito('render no-such-model --byo 2> err')).code).toBe(2)
})

it('init leaves no empty file, and an old one as it was', async () => {
  const { code, stderr } = await kaito('init mistral-7b --byo --out new.yaml')
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot write new.yaml: EFBIG')
  writeFileSync(join(dir, 'old.yaml'), 'old')
  expect((await kaito('init mistral-7b --byo --out old.yaml --force')).code).toBe(2)
  expect(readFileSync(join(dir, 'old.yaml'), 'utf8')).toBe('old')
  expect(readdirSync(dir).filter((name) => name.endsWith('.yaml'))).toEqual(['old.yaml'])
})

it('the sandbox says where it cannot keep its state, and what to do', async () => {
  const { code, stderr } = await kaito('status --sandbox')
  expect(code, stderr).toBe(5)
  expect(stderr).not.toMatch(/^\s+at /m)
})
