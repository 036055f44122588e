/** What a shell gets to know when somebody presses TAB. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kaito } from './run.ts'

const complete = async (...words: string[]): Promise<string[]> => {
  const { stdout, code } = await kaito(['complete', '--', ...words])
  expect(code).toBe(0)
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.split('\t')[0] ?? '')
}

describe('completion', () => {
  it('of commands, flags, values of flags and models', async () => {
    expect(await complete('de')).toEqual(['deploy', 'delete'])
    expect(await complete('deploy', '--inst')).toEqual(['--instance-type'])
    expect(await complete('deploy', '-o', '')).toEqual(['text', 'json', 'yaml', 'name'])
    expect(await complete('lint', '-o', '')).toEqual(['text', 'json', 'yaml', 'name', 'sarif', 'junit'])
    expect(await complete('deploy', '--cloud', '')).toEqual(['azure', 'aws', 'gcp'])
    expect(await complete('plan', 'mistral')).toEqual(['mistral-7b-instruct', 'mistral-7b'])
  })

  it.each(['bash', 'zsh', 'fish', 'powershell'])('there is a script for %s', async (shell) => {
    const { stdout, stderr, code } = await kaito(['completion', shell])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('kaito')
    if (shell !== 'bash') return
    const file = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'completion.bash')
    writeFileSync(file, stdout)
    execFileSync('bash', ['-n', file])
  })

  it('another shell is refused with those that there are', async () => {
    const { stderr, code } = await kaito(['completion', 'tcsh'])
    expect(code).toBe(2)
    expect(stderr).toContain('zsh, bash, fish, powershell')
  })
})
