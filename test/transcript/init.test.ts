/** `kaito init`: what it writes passes `kaito lint`, and nothing is written over. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { kaito } from './run.ts'

let dir = ''
const run = (...args: string[]) => kaito(args, { cwd: dir })
const read = (file: string): string => readFileSync(join(dir, file), 'utf8')
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
})

describe('kaito init', () => {
  it.each([
    ['mistral-7b', ['--cloud', 'azure'], ['--cloud', 'azure']],
    ['mistral-7b', ['--byo'], ['--byo']],
    ['llama-3.3-70b-instruct', ['--cloud', 'azure'], ['--cloud', 'azure']],
    ['qwen3-8b', ['--cloud', 'azure', '--instance-type', 'Standard_NC24ads_A100_v4'], ['--cloud', 'azure']],
  ])('%s %j: a file that lints clean', async (model, flags, place) => {
    const made = await run('init', model, ...flags, '--out', 'w.yaml')
    expect(made.code, made.stderr).toBe(0)
    expect(made.stdout).toContain('w.yaml written')
    expect(made.stdout).toContain('kaito deploy -f w.yaml')
    const checked = await run('lint', '-f', 'w.yaml', ...place)
    expect(checked.stdout).toMatch(/^no problems|0 errors|^.*w\.yaml.*warning/m)
    expect(checked.code, checked.stdout).toBe(0)
    expect(read('w.yaml')).toMatchSnapshot()
  })

  it('a gated model names the Secret that must be there', async () => {
    expect((await run('init', 'llama-3.1-8b-instruct', '--cloud', 'azure')).code).toBe(0)
    const file = parse(read('llama-3-1-8b-instruct.yaml')) as { inference: { preset: { presetOptions: object } } }
    expect(file.inference.preset.presetOptions).toEqual({ modelAccessSecret: 'hf-token' })
  })

  it('a file that is there stays, unless --force', async () => {
    writeFileSync(join(dir, 'mistral-7b.yaml'), 'mine')
    const refused = await run('init', 'mistral-7b', '--byo')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('mistral-7b.yaml already exists')
    expect(read('mistral-7b.yaml')).toBe('mine')
    expect((await run('init', 'mistral-7b', '--byo', '--force')).code).toBe(0)
    expect(read('mistral-7b.yaml')).toContain('kind: Workspace')
  })

  it('makes the folder that it is to stand in, or writes to standard output', async () => {
    const folder = await run('init', 'mistral-7b', '--byo', '--out', 'models/team/chat.yaml', '-o', 'name')
    expect(folder.code, folder.stderr).toBe(0)
    expect(folder.stdout).toBe('models/team/chat.yaml\n')
    const piped = await run('init', 'mistral-7b', '--byo', '--out', '-')
    expect(piped.code, piped.stderr).toBe(0)
    expect(piped.stdout).toBe(read('models/team/chat.yaml'))
    const checked = await kaito(['lint', '-f', '-'], { cwd: dir, stdin: piped.stdout })
    expect(checked.code, checked.stdout).toBe(0)
  })

  it('without a terminal and a model it says what there is; a model that is not known is not guessed', async () => {
    const nothing = await run('init')
    expect(nothing.code).toBe(2)
    expect(nothing.stderr).toContain('mistral-7b-instruct')
    const unknown = await run('init', 'mistrall-7b')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('Did you mean')
  })

  it('a place that cannot be written is said in words', async () => {
    writeFileSync(join(dir, 'plain'), '')
    const refused = await run('init', 'mistral-7b', '--byo', '--out', 'plain/w.yaml')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('Cannot write plain/w.yaml')
  })
})
