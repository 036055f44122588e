/** What a shell gets to know when somebody presses TAB. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kaito } from './run.ts'

const POWERSHELL = `$found = $null
[void][System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$found)
exit $found.Count`

/** What registers the script, and how the shell is asked whether it is one. */
const SHELLS = [
  { shell: 'bash', registers: /^complete -F __kaito_complete kaito$/m, command: 'bash', args: ['-n'] },
  { shell: 'zsh', registers: /^#compdef kaito\ncompdef _kaito kaito$/m, command: 'zsh', args: ['-n'] },
  { shell: 'fish', registers: /^complete (?:.* )?-c kaito /m, command: 'fish', args: ['--no-execute'] },
  {
    shell: 'powershell',
    registers: /^Register-ArgumentCompleter -CommandName 'kaito' -ScriptBlock /m,
    command: 'pwsh',
    args: ['-NoProfile', '-Command', `& { ${POWERSHELL} }`],
  },
]

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

  it.each(SHELLS)(
    'there is a script for $shell, which $command can parse',
    async ({ shell, registers, command, args }) => {
      const { stdout, stderr, code } = await kaito(['completion', shell])
      expect(code, stderr).toBe(0)
      expect(stdout).toMatch(registers)
      expect(stdout).toContain('kaito complete ')
      const file = join(mkdtempSync(join(tmpdir(), 'kaito-')), `completion.${shell}`)
      writeFileSync(file, stdout)
      const parsed = spawnSync(command, [...args, file], { encoding: 'utf8' })
      // A machine need not have them all.
      const isMissing = parsed.error !== undefined && 'code' in parsed.error && parsed.error.code === 'ENOENT'
      if (!isMissing) expect(parsed.status, parsed.stderr).toBe(0)
    },
  )

  it('help names every shell that there is a script for', async () => {
    const { stdout } = await kaito(['completion', '--help'])
    for (const { shell } of SHELLS) expect(stdout).toContain(`kaito completion ${shell}`)
  })

  it('another shell is refused with those that there are', async () => {
    const { stderr, code } = await kaito(['completion', 'tcsh'])
    expect(code).toBe(2)
    expect(stderr).toContain('zsh, bash, fish, powershell')
  })
})
