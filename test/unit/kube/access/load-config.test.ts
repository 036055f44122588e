/** Kubeconfig files, joined and read as kubectl joins and reads them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { openCatalog } from '#data/catalog.ts'
import { createAuthenticator } from '#kube/access/credentials.ts'
import { loadConfig } from '#kube/access/load-config.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { saying } from '../../../support/said.ts'

const { clouds } = await openCatalog(SHIPPED_ENGINES)

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kaito-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(dir, { recursive: true })
})

const write = (name: string, content: object): string => {
  const file = join(dir, name)
  writeFileSync(file, stringify(content))
  return file
}
const cluster = (name: string, server: string, more: object = {}) => ({ name, cluster: { server, ...more } })
const context = (name: string, to: string = name) => ({ name, context: { cluster: to, user: to } })
const user = (name: string, more: object) => ({ name, user: more })
const whole = (name: string, server: string, token: string) => ({
  clusters: [cluster(name, server)],
  contexts: [context(name)],
  users: [user(name, { token })],
})
const load = (files: readonly string[]): KubeConfig =>
  loadConfig({ env: { KUBECONFIG: files.join(delimiter), HOME: dir } })
const authorizationFor = async (config: KubeConfig, ask = createAuthenticator(config)): Promise<unknown> => {
  const options: RequestOptions = {}
  await ask(options)
  return (options.headers as Record<string, unknown> | undefined)?.['Authorization']
}

describe('KUBECONFIG with several files', () => {
  it('a file that is not there is skipped', () => {
    const config = load([join(dir, 'none'), write('b', { ...whole('b', 'https://b', 't'), 'current-context': 'b' })])
    expect(config.getCurrentCluster()?.server).toBe('https://b')
  })

  it('the first file wins each name', async () => {
    const config = load([
      write('a', { ...whole('same', 'https://a', 'of-a'), 'current-context': 'same' }),
      write('b', whole('same', 'https://b', 'of-b')),
    ])
    expect(config.getCurrentCluster()?.server).toBe('https://a')
    expect(await authorizationFor(config)).toBe('Bearer of-a')
  })

  it('the current context is the first that a file sets', () => {
    const [a, b, c] = [whole('a', 'https://a', 't'), whole('b', 'https://b', 't'), whole('c', 'https://c', 't')]
    const config = load([
      write('a', { ...a, 'current-context': '' }),
      write('b', { ...b, 'current-context': 'b' }),
      write('c', { ...c, 'current-context': 'c' }),
    ])
    expect(config.getCurrentContext()).toBe('b')
  })

  it('an empty file says nothing', () => {
    writeFileSync(join(dir, 'empty'), '')
    const config = load([join(dir, 'empty'), write('b', { ...whole('b', 'https://b', 't'), 'current-context': 'b' })])
    expect(config.getCurrentContext()).toBe('b')
  })

  it('paths are relative to the file that they stand in', async () => {
    mkdirSync(join(dir, 'deep'))
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(dir, 'deep', name), name)
    const config = load([
      write('a', { contexts: [context('a')], 'current-context': 'a' }),
      write('deep/b', {
        clusters: [cluster('a', 'https://a', { 'certificate-authority': 'ca' })],
        users: [user('a', { 'client-certificate': './cert', 'client-key': 'key' })],
      }),
    ])
    const options: RequestOptions = {}
    await createAuthenticator(config)(options)
    expect([options.ca, options.cert, options.key].map(String)).toEqual(['ca', 'cert', 'key'])
  })

  it('a file that is no kubeconfig is named', () => {
    writeFileSync(join(dir, 'notes'), 'not a kubeconfig')
    expect(() => load([join(dir, 'none'), join(dir, 'notes')])).toThrow(
      `The kubeconfig ${join(dir, 'notes')} cannot be`,
    )
  })

  it('none that exists is told with all of them, also in a pod', () => {
    const files = [join(dir, 'one'), join(dir, 'two')]
    const env = { KUBECONFIG: files.join(delimiter), KUBERNETES_SERVICE_HOST: '10.0.0.1' }
    expect(() => loadConfig({ env })).toThrow(`none exists (${files.join(', ')})`)
  })
})

describe('tokenFile', () => {
  const home = (tokenFile: string): NodeJS.ProcessEnv => {
    mkdirSync(join(dir, '.kube'))
    const { clusters, contexts } = whole('a', 'https://a', '')
    write('.kube/config', { clusters, contexts, users: [user('a', { tokenFile })], 'current-context': 'a' })
    return { HOME: dir }
  }

  it('counts in ~/.kube/config, relative to it', async () => {
    writeFileSync(join(dir, 'token'), 'from-a-file\n')
    expect(await authorizationFor(loadConfig({ env: home('../token') }))).toBe('Bearer from-a-file')
  })

  it('that is renewed while kaito runs is read again', async () => {
    writeFileSync(join(dir, 'token'), 'first')
    const config = loadConfig({ env: home('../token') })
    const ask = createAuthenticator(config)
    expect(await authorizationFor(config, ask)).toBe('Bearer first')
    writeFileSync(join(dir, 'token'), 'second')
    expect(await authorizationFor(config, ask)).toBe('Bearer second')
  })

  it('that is gone is told in words', async () => {
    await expect(authorizationFor(loadConfig({ env: home('../token') }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: expect.stringContaining('ENOENT'),
    })
  })
})

it('in a pod, a token that the kubelet renews is read again within a minute', async () => {
  const account = join(dir, 'var/run/secrets/kubernetes.io/serviceaccount')
  mkdirSync(account, { recursive: true })
  for (const [name, content] of Object.entries({ token: 'first', 'ca.crt': 'CA', namespace: 'models' }))
    writeFileSync(join(account, name), content)
  const config = new KubeConfig()
  config.loadFromCluster(dir)
  const ask = createAuthenticator(config)
  expect(await authorizationFor(config, ask)).toBe('Bearer first')
  writeFileSync(join(account, 'token'), 'second')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  expect(await authorizationFor(config, ask)).toBe('Bearer second')
})

describe('no kubeconfig at all', () => {
  it('says where it was looked for, and what to do', () => {
    expect(() => loadConfig({ env: { HOME: dir }, clouds })).toThrow(
      expect.objectContaining({
        code: 'UNAUTHENTICATED',
        message: `There is no kubeconfig: ${join(dir, '.kube', 'config')} does not exist, and KUBECONFIG is not set.`,
        hint: saying(
          /aws eks update-kubeconfig.*az aks get-credentials.*gcloud container clusters.*--kubeconfig.*kubectl config.*--sandbox/,
        ),
      }),
    )
  })

  it('a file that --kubeconfig names must be there', () => {
    expect(() => loadConfig({ env: {}, kubeconfig: join(dir, 'none') })).toThrow(/none does not exist/)
  })
})
