/** Two clusters, and the command that takes something away: pasted into a new shell it reaches the cluster of the run. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { shellOf } from '#cli/wiring/shell.ts'
import { advice, kaito, kubectl } from '#core/advice.ts'
import { loadConfig } from '#kube/access/load-config.ts'
import { sayAdvice } from '#ui/text/advice-text.ts'

const GLOBAL = { output: 'text', yes: false, quiet: false, verbose: false, color: false } as const

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'kaito shell-'))
  mkdirSync(join(home, '.kube'))
  writeFileSync(join(home, '.kube/config'), kubeconfig('one', "the boss's two"))
  writeFileSync(join(home, 'other'), kubeconfig('three', 'four'))
})
afterAll(() => rmSync(home, { recursive: true }))

function kubeconfig(...names: string[]): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0],
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name.replaceAll(/\W/g, '-')}.example` } })),
    users: names.map((name) => ({ name, user: { token: 't' } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  })
}

interface Run {
  context?: string
  kubeconfig?: string
  KUBECONFIG?: string
}

/** As a run with these finds it. */
function serverOf({ KUBECONFIG, ...options }: Run): string | undefined {
  return loadConfig({
    ...options,
    env: { HOME: home, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }) },
  }).getCurrentCluster()?.server
}

/** What a new shell hands to the program, with nothing of the run's environment. */
function pasted(line: string): Run {
  const functions = `kaito() { printf '%s\\0' "KUBECONFIG=\${KUBECONFIG-}" "$@"; }; kubectl() { kaito "$@"; }`
  const out = execFileSync('sh', ['-c', `${functions}; ${line}`], { encoding: 'utf8', env: { HOME: home } })
  const words = out.split('\0').slice(0, -1)
  const after = (flag: string): string[] => (words.includes(flag) ? [words[words.indexOf(flag) + 1] ?? ''] : [])
  const [context, file] = [after('--context')[0], after('--kubeconfig')[0]]
  const variable = words[0]?.slice('KUBECONFIG='.length) ?? ''
  return {
    ...(context === undefined ? {} : { context }),
    ...(file === undefined ? {} : { kubeconfig: file }),
    ...(variable === '' ? {} : { KUBECONFIG: variable }),
  }
}

const COMMANDS = [
  advice`${kaito('delete', { workspace: 'x', namespace: 'n', settings: { yes: true } })}`,
  advice`${kubectl('get', 'pods', '-n', 'n')}`,
]

describe.each<[string, () => Run, string]>([
  ['the current context', () => ({}), 'https://one.example'],
  ['another context', () => ({ context: "the boss's two" }), 'https://the-boss-s-two.example'],
  ['another file', () => ({ kubeconfig: join(home, 'other') }), 'https://three.example'],
  [
    'another context of another file',
    () => ({ kubeconfig: join(home, 'other'), context: 'four' }),
    'https://four.example',
  ],
  ['another file by the variable', () => ({ KUBECONFIG: join(home, 'other') }), 'https://three.example'],
  [
    'two files by the variable',
    () => ({ KUBECONFIG: `${join(home, 'other')}:${join(home, '.kube/config')}`, context: "the boss's two" }),
    'https://the-boss-s-two.example',
  ],
])('a run with %s', (_, run, server) => {
  it('prints commands that reach its cluster', async () => {
    const { KUBECONFIG, ...options } = run()
    expect(serverOf(run())).toBe(server)
    const env = { HOME: home, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }) }
    const shell = await shellOf({ ...GLOBAL, ...options }, { env })
    for (const command of COMMANDS) expect(serverOf(pasted(sayAdvice(command, shell)))).toBe(server)
  })
})

describe('nothing is said', () => {
  it.each<[string, () => Run]>([
    ['of the current context', () => ({ context: 'one' })],
    ['of the usual file', () => ({ kubeconfig: join(home, '.kube/config') })],
    ['of the usual file by the variable', () => ({ KUBECONFIG: join(home, '.kube/config') })],
  ])('%s', async (_, run) => {
    const { KUBECONFIG, ...options } = run()
    const env = { HOME: home, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }) }
    expect(await shellOf({ ...GLOBAL, ...options }, { env })).toEqual({})
  })
})
