/** What a shell gets to know when somebody presses TAB. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { KAITO } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const POWERSHELL = `$found = $null
[void][System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$found)
exit $found.Count`

/** What registers the script, and how the shell is asked whether it is one. */
const SHELLS = [
  { shell: 'bash', registers: /^complete -o default -F __kaito_complete kaito$/m, command: 'bash', args: ['-n'] },
  { shell: 'zsh', registers: /^#compdef kaito\ncompdef _kaito kaito$/m, command: 'zsh', args: ['-n'] },
  { shell: 'fish', registers: /^complete (?:.* )?-c kaito /m, command: 'fish', args: ['--no-execute'] },
  {
    shell: 'powershell',
    registers: /^Register-ArgumentCompleter -CommandName 'kaito' -ScriptBlock /m,
    command: 'pwsh',
    args: ['-NoProfile', '-Command', `& { ${POWERSHELL} }`],
  },
]

const dir = mkdtempSync(join(tmpdir(), 'kaito-'))
const kubeconfig = join(dir, 'kubeconfig')
writeFileSync(kubeconfig, 'contexts: [{ name: "arn:aws:eks:one" }, { name: "arn:aws:eks:two" }, { name: blue }]')

const complete = async (...words: string[]): Promise<string[]> => {
  const { stdout, code } = await kaito(['complete', '--', ...words], { env: { KUBECONFIG: kubeconfig } })
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
    expect(await complete('logs', '-o', '')).toEqual(['text'])
    expect(await complete('deploy', '--cloud', '')).toEqual(['azure', 'aws', 'gcp'])
    expect(await complete('plan', 'mistral')).toEqual(['mistral-7b-instruct', 'mistral-7b'])
  })

  it('of machine types, contexts and what sandbox does', async () => {
    const machines = await complete('deploy', '--instance-type', 'Standard_NC24')
    expect(machines).toContain('Standard_NC24ads_A100_v4')
    expect(await complete('status', '--context', '')).toEqual(['arn:aws:eks:one', 'arn:aws:eks:two', 'blue'])
    expect(await complete('--context', 'b')).toEqual(['blue'])
    expect(await complete('sandbox', '')).toEqual(['up', 'down', 'status', 'reset'])
  })

  it('of workspaces and namespaces is silent, and soon over, where no cluster answers', async () => {
    const silent = createServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const cluster = (name: string, server: string): string => {
      const file = join(dir, `${name}.kubeconfig`)
      const entries = { clusters: [{ name, cluster: { server } }], users: [{ name, user: { token: 'x' } }] }
      const contexts = [{ name, context: { cluster: name, user: name } }]
      writeFileSync(file, JSON.stringify({ ...entries, contexts, 'current-context': name }))
      return file
    }
    const [refusing, waiting] = [
      cluster('refusing', 'http://127.0.0.1:1'),
      cluster('waiting', `http://127.0.0.1:${port}`),
    ]
    const asked: [file: string, ...words: string[]][] = [
      [refusing, 'status', ''],
      [waiting, 'chat', '-n', ''],
      [waiting, 'delete', ''],
      [waiting, 'status', '--context', 'nobody', ''],
      ['/nonexistent', 'logs', ''],
    ]
    const begun = performance.now()
    const answers = await Promise.all(
      asked.map(([file, ...words]) => kaito(['complete', '--', ...words], { env: { KUBECONFIG: file } })),
    )
    expect(performance.now() - begun).toBeLessThan(20_000)
    for (const { code, stdout, stderr } of answers)
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: ':4\n', stderr: '' })
    silent.close()
  })

  it('of verbs behind help', async () => {
    expect(await complete('help', 'l')).toEqual(['lint', 'logs'])
  })

  it.each([
    { words: ['deploy', '-f', ''], asks: true },
    { words: ['lint', '--filename=mod'], asks: true },
    { words: ['deploy', 'phi-4', '--patch', 'a'], asks: true },
    { words: ['status', '--kubeconfig', ''], asks: true },
    { words: ['logs', '-f', ''], asks: false },
    { words: ['deploy', '--cloud', ''], asks: false },
  ])('leaves files to the shell, where one is wanted: $words', async ({ words, asks }) => {
    const { stdout } = await kaito(['complete', '--', ...words])
    expect(stdout.endsWith(asks ? ':0\n' : ':4\n')).toBe(true)
  })

  it('in bash alone, sourced twice, over colons, and never evaluates what is typed', async () => {
    const script = join(dir, 'kaito.bash')
    writeFileSync(script, (await kaito(['completion', 'bash'])).stdout)
    const lines = [
      'kaito deploy --cloud a',
      'kaito status --context arn:aws:eks:t',
      'kaito plan -o=j',
      'kaito $(touch x)',
    ]
    const asked = lines.map(
      (line) => `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; __kaito_complete; echo "\${COMPREPLY[*]}"`,
    )
    const text = [
      `kaito() { '${process.execPath}' '${KAITO}' "$@"; }`,
      `. '${script}'`,
      `. '${script}'`,
      ...asked,
    ].join('\n')
    const env = { ...process.env, KUBECONFIG: kubeconfig }
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8', cwd: dir, env })
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toEqual(['azure aws', 'two', 'json', '', ''])
    expect(existsSync(join(dir, 'x'))).toBe(false)
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
