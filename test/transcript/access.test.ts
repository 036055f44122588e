/** The ways into a cluster, as far as they can be walked without one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { kaito } from './run.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const kubeconfig = (server: string, user: object): string => {
  const file = join(dir, 'config')
  const content = {
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'me' } }],
    users: [{ name: 'me', user }],
    'current-context': 'c',
  }
  writeFileSync(file, stringify(content))
  return file
}

it('without a kubeconfig: where it was looked for, and what to do', async () => {
  const { code, stdout, stderr } = await kaito(['status'], { env: { HOME: dir } })
  expect([code, stdout]).toEqual([5, ''])
  expect(stderr).toContain(`There is no kubeconfig: ${join(dir, '.kube/config')} does not exist`)
  expect(stderr).toContain('--sandbox')
  expect(stderr).not.toContain('localhost')
})

it('what a plugin tells people comes on stderr, and no secret that it prints does', async () => {
  const script = `echo 'To sign in, enter the code ABC-DEF' >&2; echo 'Bearer ${'x'.repeat(40)}' >&2; exit 1`
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] }
  const file = kubeconfig('https://api.example', { exec: { ...exec, interactiveMode: 'IfAvailable' } })
  const { code, stdout, stderr } = await kaito(['status'], { env: { KUBECONFIG: file } })
  expect([code, stdout]).toEqual([5, ''])
  expect(stderr).toMatch(/^\S+Z ! To sign in, enter the code ABC-DEF/m)
  expect(stderr).not.toContain('xxxx')
})

describe('a kubeconfig of a build agent', () => {
  interface Parts {
    cluster?: object
    context?: object
    user?: object
    clusters?: unknown
    current?: unknown
  }
  const PEM = Buffer.from('no PEM').toString('base64')
  const exec = (more: object): Parts => ({ user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', ...more } } })
  const written = ({ cluster = {}, context = {}, user = { token: 'abc' }, clusters, current = 'c' }: Parts): string => {
    const file = join(dir, 'config')
    const content = {
      'current-context': current,
      clusters: clusters ?? [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', ...cluster } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'me', ...context } }],
      users: [{ name: 'me', user }],
    }
    writeFileSync(file, stringify(content))
    return file
  }
  const twice = ['https://first', 'https://second'].map((server) => ({ name: 'c', cluster: { server } }))

  it.each<[string, Parts, RegExp, RegExp]>([
    ['of two clusters of one name', { clusters: twice }, /clusters has two entries of the name c/, /config view/],
    [
      'of an auth-provider',
      { user: { 'auth-provider': { name: 'azure' } } },
      /auth-provider azure/,
      /^.*kubelogin convert-kubeconfig/,
    ],
    [
      'of the other',
      { user: { 'auth-provider': { name: 'gcp' } } },
      /auth-provider gcp/,
      /gcloud container clusters get-credentials/,
    ],
    [
      'of an auth-provider that nobody knows',
      { user: { 'auth-provider': { name: 'in-house' } } },
      /auth-provider in-house, which neither kaito nor kubectl has/,
      /--kubeconfig FILE/,
    ],
    ['whose user is not there', { context: { user: 'you' } }, /Context c names user you/, /config view/],
    ['whose cluster is not there', { context: { cluster: 'd' } }, /Context c names cluster d/, /--context NAME/],
    ['whose plugin is not there', exec({ command: 'kubelogin-none', installHint: 'ask us' }), /not in PATH/, /ask us/],
    ['whose plugin has no name', exec({ args: ['a'] }), /exec.command is empty/, /Sign in again/],
    [
      'with numbers for a plugin',
      exec({ command: 'env', args: [1] }),
      /exec.args\[0\] must be a string.*quotes/,
      /config view/,
    ],
    ['with a map for a list', exec({ command: 'env', env: { A: 'b' } }), /exec.env must be a list/, /config view/],
    [
      'with a list for a name',
      { cluster: { 'tls-server-name': [] } },
      /tls-server-name must be a string/,
      /config view/,
    ],
    ['with a list for the context', { current: ['c'] }, /current-context must be a string/, /config view/],
    [
      'without https://',
      { cluster: { server: 'api.example:443' } },
      /no https address: api.example:443/,
      /--server=https:\/\/api.example:443/,
    ],
    ['with an address that is none', { cluster: { server: 'https://[::1' } }, /no https address/, /set-cluster c/],
    [
      'with a proxy that is none',
      { cluster: { 'proxy-url': 'nope' } },
      /proxy-url of its cluster is no URL/,
      /Sign in again/,
    ],
    ['with a token that is no ASCII', { user: { token: 'tök€n' } }, /no HTTP header can carry/, /Sign in again/],
    ['with a token of two lines', { user: { token: 'one\ntwo' } }, /no HTTP header can carry/, /Sign in again/],
    [
      'with a key that is no PEM',
      { user: { 'client-certificate-data': PEM, 'client-key-data': PEM } },
      /is no PEM/,
      /Sign in again/,
    ],
    ['with no current context', { current: '' }, /names no current context/, /--context c/],
  ])('%s: exit 5, the cause, and what to do', async (_, parts, cause, next) => {
    const { code, stdout, stderr } = await kaito(['status', '-o', 'json', '--kubeconfig', written(parts)])
    expect([code, stdout], stderr).toEqual([5, ''])
    const { message, reason, hint, ...error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as Record<
      string,
      string
    >
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', retryable: 'no' })
    expect(`${message} ${reason}`).toMatch(cause)
    expect(hint).toMatch(next)
  })

  it('whose fault stands behind an alias: the line of the alias', async () => {
    const file = join(dir, 'config')
    writeFileSync(file, ['x: &me', '  token: 7', 'users:', '- name: a', '  user: *me', ''].join('\n'))
    const { code, stderr } = await kaito(['status', '--kubeconfig', file])
    expect(code).toBe(5)
    expect(stderr).toContain('line 5: users[0].user.token must be a string')
  })

  it.each(['', 'apiVersion: v1\nkind: Config\npreferences: {}\n'])(
    'that is empty or a skeleton names the file and the way to a whole one: %j',
    async (text) => {
      const file = join(dir, 'config')
      writeFileSync(file, text)
      const { code, stderr } = await kaito(['status', '--kubeconfig', file])
      expect(code).toBe(5)
      expect(stderr).toContain(`the kubeconfig ${file} names no current context`)
      expect(stderr).toMatch(/az aks get-credentials/)
    },
  )

  it('a context that is not there: exit 5, and the names that there are', async () => {
    const { code, stderr } = await kaito(['status', '--context', 'other', '--kubeconfig', written({})])
    expect(code).toBe(5)
    expect(stderr).toMatch(/no context other[\s\S]*There are: c/)
  })

  it('a broken one offers no contexts to TAB, and no stack', async () => {
    const file = written({ clusters: twice })
    const { stdout, stderr } = await kaito(['complete', '--', 'status', '--context', ''], { env: { KUBECONFIG: file } })
    expect(stdout + stderr).not.toMatch(/Error|\n\s+at /)
  })
})
