/** Where values come from, in this order: a flag, the environment, a workspace file, the config file, what kaito would take. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from '../support/run-kaito.ts'
import { kaito } from './run.ts'

const home = mkdtempSync(join(tmpdir(), 'kaito-config-'))
const usual = join(home, '.config/kaito/config.yaml')
const write = (text: string, file = usual): void => {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
}
const run = (args: string, env: Record<string, string> = {}): Promise<Run> =>
  kaito(args.split(' '), { cwd: home, env: { HOME: home, XDG_STATE_HOME: home, ...env } })
const workspace = (namespace: string): string => `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: chat${namespace === '' ? '' : `, namespace: ${namespace}`} }
inference: { preset: { name: mistral-7b-instruct } }
`

beforeEach(() => rmSync(join(home, '.config'), { recursive: true, force: true }))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Of the Deployment that is rendered. */
async function namespaceOf(args: string, env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(`${args} -o json`, env)
  expect(code, stderr).toBe(0)
  const { items } = JSON.parse(stdout) as { items: { kind: string; metadata: { namespace?: string } }[] }
  return items.find(({ kind }) => kind === 'Deployment')?.metadata.namespace ?? ''
}

describe('the config file', () => {
  it('is below a flag, the environment and a workspace file', async () => {
    write('namespace: from-config\nbyo: true\n')
    writeFileSync(join(home, 'plain.yaml'), workspace(''))
    writeFileSync(join(home, 'placed.yaml'), workspace('from-file'))
    const env = { KAITO_NAMESPACE: 'from-env' }
    expect(await namespaceOf('render mistral-7b')).toBe('from-config')
    expect(await namespaceOf('render -f plain.yaml')).toBe('from-config')
    expect(await namespaceOf('render -f placed.yaml')).toBe('from-file')
    expect(await namespaceOf('render -f placed.yaml', env)).toBe('from-env')
    expect(await namespaceOf('render -f placed.yaml -n from-flag', env)).toBe('from-flag')
  })

  it('stands where XDG_CONFIG_HOME, --config or KAITO_CONFIG say', async () => {
    write('byo: true\nnamespace: usual\n')
    write('byo: true\nnamespace: xdg\n', join(home, 'xdg/kaito/config.yaml'))
    write('byo: true\nnamespace: named\n', join(home, 'named.yaml'))
    expect(await namespaceOf('render mistral-7b', { XDG_CONFIG_HOME: join(home, 'xdg') })).toBe('xdg')
    expect(await namespaceOf('render mistral-7b --config named.yaml')).toBe('named')
    expect(await namespaceOf('render mistral-7b', { KAITO_CONFIG: join(home, 'named.yaml') })).toBe('named')
    const missing = await run('render mistral-7b --config none.yaml')
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('none.yaml: Cannot read the config file (ENOENT).')
  })

  it('need not be there', async () => {
    expect((await run('render mistral-7b --byo')).code).toBe(0)
    write('')
    expect((await run('render mistral-7b --byo')).code).toBe(0)
  })

  it('holds switches, numbers and lists as flags do', async () => {
    write(
      'cloud: azure\nregistry-mirror: mirror.example\nimage-pull-secret: [one, two]\noutput: json\nno-color: true\n',
    )
    const { code, stdout, stderr } = await run('render mistral-7b')
    expect(code, stderr).toBe(0)
    const text = JSON.stringify(JSON.parse(stdout))
    expect(text).toContain('mirror.example/vllm')
    expect(text).toContain('"imagePullSecrets":[{"name":"one"},{"name":"two"}]')
    expect((await run('render mistral-7b --verbose')).stderr).toContain('from the config file')
    expect((await run('render mistral-7b --image-pull-secret three')).stdout).not.toContain('"one"')
  })

  it.each([
    ['namespce: x', /config\.yaml:1: namespce is not a setting\.[\s\S]*Did you mean namespace\?/],
    ['cloud: azure\nreplicas: 2', /config\.yaml:2: replicas is not a setting\./],
    ['yes: true', /yes cannot be set in a file/],
    ['timeout: soon', /config\.yaml:1: timeout is "soon"\. Expected a duration/],
    ['quiet: perhaps', /quiet is "perhaps"\. Expected 1, true, yes or on/],
    ['namespace: Team', /Expected a namespace name/],
    ['namespace: {a: b}', /namespace: expected a value/],
    ['just words', /config\.yaml:1: Expected flag names and values/],
    ['a: [', /config\.yaml:\d+: (?!.*at line)[^\n]*\.( \[USAGE\])?$/m],
    ['byo: true\nbyo: false', /config\.yaml:2: Map keys must be unique\. \[USAGE\]$/m],
    ['output: "\\q"', /config\.yaml:1: a \\ in double quotes starts an escape sequence/],
    ['cloud: moon', /moon/],
  ])('with %j is refused at its line', async (text, says) => {
    write(`${text}\n`)
    const { code, stdout, stderr } = await run('render mistral-7b --byo')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.replaceAll(/\n\s+/g, '\n')).toMatch(says)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('leaves the sandbox alone, when that is what is asked for', async () => {
    write('context: prod\nnamespace: team-a\n')
    const { stderr } = await run('sandbox status --sandbox')
    expect(stderr).not.toContain('prod')
    const typed = await run('status --context other --kubeconfig none')
    expect(typed.stderr).toContain('none')
    write('sandbox: true\n')
    const elsewhere = await run('status --kubeconfig none')
    expect(elsewhere.code).not.toBe(0)
    expect(elsewhere.stderr).not.toContain('The sandbox is a cluster of its own')
  })
})
