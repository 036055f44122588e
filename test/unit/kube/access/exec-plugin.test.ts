/** Credential plugins as client-go runs them, with a script as the plugin. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { KaitoError } from '#core/errors.ts'
import { openCatalog } from '#data/catalog.ts'
import { createAuthenticator } from '#kube/access/credentials.ts'
import type { ExecPlugin } from '#kube/access/kubeconfig.ts'
import { loadConfig } from '#kube/access/load-config.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { saying } from '../../../support/said.ts'

const { clouds } = await openCatalog(SHIPPED_ENGINES)

const API = 'client.authentication.k8s.io/v1'
let dir: string
let told: string[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
  told = []
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(dir, { recursive: true })
})

interface Setting {
  plugin?: ExecPlugin
  isAttended?: boolean
  cluster?: object
  signal?: AbortSignal
}

/** Signs in with a plugin that runs `script`; each call is one request to the cluster. */
function signIn(script: string, { plugin = {}, isAttended = false, cluster = {}, signal }: Setting = {}) {
  writeFileSync(join(dir, 'plugin.mjs'), `import { appendFileSync } from 'node:fs'\n${script}`)
  const exec = {
    apiVersion: API,
    command: process.execPath,
    args: ['plugin.mjs'].map((name) => join(dir, name)),
    env: [{ name: 'DIR', value: dir }],
    interactiveMode: 'IfAvailable',
    ...plugin,
  }
  const kubeconfig = join(dir, 'config')
  writeFileSync(
    kubeconfig,
    stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://api.example', ...cluster } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'me' } }],
      users: [{ name: 'me', user: { exec } }],
      'current-context': 'c',
    }),
  )
  const plugins = {
    isAttended,
    tell: (line: string) => void told.push(line),
    signal: signal ?? new AbortController().signal,
  }
  const ask = createAuthenticator(loadConfig({ env: { PATH: process.env['PATH'] }, kubeconfig, plugins, clouds }))
  return async (): Promise<{ authorization: unknown; cert: unknown; key: unknown }> => {
    const options: RequestOptions = {}
    await ask(options)
    const headers = options.headers as Record<string, unknown>
    return { authorization: headers['Authorization'], cert: options.cert, key: options.key }
  }
}

const answer = (status: object, apiVersion = API): string =>
  `process.stdout.write(JSON.stringify(${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}))\n`
const COUNT = "appendFileSync(process.env.DIR + '/runs', 'x')\n"
const TOLD_INFO = "appendFileSync(process.env.DIR + '/info', process.env.KUBERNETES_EXEC_INFO)\n"
const runs = (): number => readFileSync(join(dir, 'runs'), 'utf8').length
const info = (): unknown => JSON.parse(readFileSync(join(dir, 'info'), 'utf8'))

describe('a plugin', () => {
  it('is run once for requests at the same time and after each other', async () => {
    const ask = signIn(COUNT + answer({ token: 'secret-1' }))
    expect(await Promise.all([ask(), ask()])).toMatchObject([
      { authorization: 'Bearer secret-1' },
      { authorization: 'Bearer secret-1' },
    ])
    await ask()
    expect(runs()).toBe(1)
  })

  it('is run again when its credential has expired', async () => {
    const ask = signIn(COUNT + answer({ token: 'short', expirationTimestamp: '2020-01-01T00:00:00Z' }))
    await ask()
    await ask()
    expect(runs()).toBe(2)
    const later = signIn(COUNT + answer({ token: 'long', expirationTimestamp: '2999-01-01T00:00:00Z' }))
    await later()
    await later()
    expect(runs()).toBe(3)
  })

  it('may hand over a certificate', async () => {
    const ask = signIn(answer({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }))
    expect(await ask()).toEqual({ authorization: undefined, cert: 'CERT', key: 'KEY' })
  })

  it('is heard while it waits, line by line, and a question without a line end too', async () => {
    const ask = signIn(
      `process.stderr.write('To sign in, enter the code ABC\\nPassword: ')
       setTimeout(() => { ${answer({ token: 't' })} }, 600)`,
      { isAttended: true },
    )
    const done = ask()
    await vi.waitFor(() => expect(told).toEqual(['To sign in, enter the code ABC', 'Password:']), 10_000)
    expect(await Promise.race([done, 'still waits'])).toBe('still waits')
    await done
  })

  it('that fails is told with its words, and is not asked again', async () => {
    const ask = signIn(`${COUNT}process.stderr.write('AADSTS700082: expired'); process.exitCode = 3`)
    for (const _ of [1, 2])
      await expect(ask()).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: `The credential plugin ${process.execPath} of user me gave no credentials.`,
        reason: 'AADSTS700082: expired',
      })
    expect(runs()).toBe(1)
  })

  it('that is not installed is told with its own hint', async () => {
    const lost = { command: 'no-such-plugin', installHint: 'Get it: example install' }
    await expect(signIn('', { plugin: lost })()).rejects.toMatchObject({ hint: 'Get it: example install' })
    await expect(signIn('', { plugin: { command: 'no-such-plugin' } })()).rejects.toMatchObject({
      hint: saying('Install no-such-plugin'),
    })
  })

  it.each([
    ['no JSON', "process.stdout.write('secret-9')", /not JSON/],
    ['something else', "process.stdout.write('null')", /not an ExecCredential/],
    ['another version', answer({ token: 'secret-9' }, 'client.authentication.k8s.io/v1beta1'), /answered in .*v1beta1/],
    ['nothing of use', answer({}), /neither a token nor a certificate/],
    ['a certificate alone', answer({ clientCertificateData: 'secret-9' }), /half/],
  ])('that answers %s is refused without a word of its answer', async (_what, script, reason) => {
    const error: unknown = await signIn(script)().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', reason: expect.stringMatching(reason) })
    expect(JSON.stringify(error)).not.toContain('secret-9')
  })

  it('that hangs ends after a minute where nobody can sign in', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const ask = signIn('setInterval(() => {}, 1000)')
    const refused = expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining('gave no credentials within 1 min'),
      hint: saying('(for AKS: kubelogin convert-kubeconfig -l azurecli).'),
    })
    await vi.advanceTimersByTimeAsync(60_000)
    await refused
  })

  it('ends with the command', async () => {
    const stop = new AbortController()
    const ask = signIn(`${COUNT}setInterval(() => {}, 1000)`, { signal: stop.signal })
    const refused = expect(ask()).rejects.toThrow('Interrupted')
    await vi.waitFor(() => expect(runs()).toBe(1), 10_000)
    stop.abort(new KaitoError({ code: 'INTERRUPTED', phase: 'watch', message: 'Interrupted.', hint: '' }))
    await refused
  })
})

describe('what a plugin is told', () => {
  it.each([
    ['IfAvailable', true, true],
    ['IfAvailable', false, false],
    ['Always', true, true],
    ['Never', true, false],
  ] as const)('interactiveMode %s, somebody there: %s', async (interactiveMode, isAttended, interactive) => {
    await signIn(TOLD_INFO + answer({ token: 't' }), { plugin: { interactiveMode }, isAttended })()
    expect(info()).toEqual({ apiVersion: API, kind: 'ExecCredential', spec: { interactive } })
  })

  it('Always without a terminal is refused before it is run', async () => {
    const ask = signIn(COUNT + answer({ token: 't' }), { plugin: { interactiveMode: 'Always' } })
    await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('there is no terminal') })
    expect(runs).toThrow('ENOENT')
  })

  it('the cluster, where the kubeconfig says so', async () => {
    writeFileSync(join(dir, 'ca.crt'), 'CA')
    const cluster = {
      'certificate-authority': 'ca.crt',
      'tls-server-name': 'api',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
    }
    await signIn(TOLD_INFO + answer({ token: 't' }), { plugin: { provideClusterInfo: true }, cluster })()
    expect(info()).toMatchObject({
      spec: {
        cluster: {
          server: 'https://api.example',
          'tls-server-name': 'api',
          'certificate-authority-data': Buffer.from('CA').toString('base64'),
          config: { audience: 'x' },
        },
      },
    })
  })
})
