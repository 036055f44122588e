/** The networks that users sit in: behind a proxy, with a client certificate, in a pod of the cluster itself. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { startProxy } from '../../emulators/proxy/server.ts'
import type {} from '../../support/run-kaito.ts'
import { KAITO, type Run, runProgram } from '../../support/run-kaito.ts'
import { API_PORT, KUBECONFIG, RUN } from '../starter/places.ts'
import { api, createNamespace, deleteNamespace, direct } from './bed.ts'
import { kaito } from './kaito.ts'

const HOST = 'api.inside.example'

interface Config {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
  users: { user: Record<string, string> }[]
}
const config = (): Config => parse(readFileSync(KUBECONFIG, 'utf8')) as Config

describe('networks', () => {
  let namespace = ''
  let dir = ''
  const write = (name: string, value: object): string => {
    const file = join(dir, name)
    writeFileSync(file, stringify(value), { mode: 0o600 })
    return file
  }

  /** A kubeconfig whose server has another name; the certificate is still the one for localhost. */
  const behind = (host: string): string => {
    const clusters = config().clusters.map((entry) => ({
      ...entry,
      cluster: { ...entry.cluster, server: `https://${host}:${API_PORT}`, 'tls-server-name': 'localhost' },
    }))
    return write(`behind-${host}`, { ...config(), clusters })
  }

  beforeAll(async () => {
    namespace = await createNamespace()
    dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    const done = await kaito(['deploy', 'mistral-7b', '--yes', '-n', namespace], { env: direct })
    expect(done.code, done.stderr).toBe(0)
  })
  afterAll(async () => {
    await kaito(['delete', 'mistral-7b', '--yes', '-n', namespace], { env: direct })
    await deleteNamespace(namespace)
  })

  it('HTTPS_PROXY carries requests, watches and port-forwards', async () => {
    const proxy = await startProxy()
    const env = { ...direct, KUBECONFIG: behind(HOST), HTTPS_PROXY: proxy.url, NO_PROXY: '' }
    for (const args of [
      ['status', 'mistral-7b', '--deep'],
      ['wait', 'mistral-7b'],
      ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '4'],
      ['logs', 'mistral-7b', '--tail', '3'],
    ]) {
      proxy.asked.length = 0
      const done = await kaito([...args, '-n', namespace], { env })
      expect(done.code, `${args.join(' ')}: ${done.stderr}`).toBe(0)
      expect(proxy.asked.length, args.join(' ')).toBeGreaterThan(0)
      expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:${API_PORT}`]))
    }
    proxy.close()
  })

  it('NO_PROXY keeps what it names away from the proxy', async () => {
    const proxy = await startProxy()
    // This machine by an address that is no loopback: a proxy is asked for it.
    const host = '0.0.0.0'
    const env = { ...direct, KUBECONFIG: behind(host), HTTPS_PROXY: proxy.url }
    const status = async (noProxy: string): Promise<void> => {
      proxy.asked.length = 0
      const done = await kaito(['status', 'mistral-7b', '-n', namespace], { env: { ...env, NO_PROXY: noProxy } })
      expect(done.code, done.stderr).toBe(0)
      expect(done.stdout).toContain('mistral-7b')
    }
    await status('.example, 10.0.0.0/8')
    expect(new Set(proxy.asked)).toEqual(new Set([`${host}:${API_PORT}`]))
    await status(`.example, ${host}`)
    expect(proxy.asked).toEqual([])
    proxy.close()
  })

  it('a proxy that is not there is named', async () => {
    const done = await kaito(['status', '-n', namespace], {
      env: { ...direct, KUBECONFIG: behind(HOST), HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' },
    })
    expect(done.code).toBe(5)
    expect(done.stderr).toContain('127.0.0.1:9')
    expect(done.stderr).not.toMatch(/^\s+at .*\(/m)
  })

  it('a client certificate is enough', async () => {
    const data = (name: string): string => readFileSync(join(RUN, name)).toString('base64')
    const user = { 'client-certificate-data': data('client.crt'), 'client-key-data': data('client.key') }
    const file = write('certificate', { ...config(), users: [{ name: 'admin', user }] })
    for (const args of [
      ['status', 'mistral-7b', '--deep'],
      ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '4'],
    ]) {
      const done = await kaito([...args, '-n', namespace], { env: { ...direct, KUBECONFIG: file } })
      expect(done.code, done.stderr).toBe(0)
    }
  })

  it('a certificate of somebody else is refused in words', async () => {
    const data = (name: string): string => readFileSync(join(RUN, name)).toString('base64')
    // The server's own pair is valid, but no authority of clients signed it.
    const user = { 'client-certificate-data': data('apiserver.crt'), 'client-key-data': data('apiserver.key') }
    const done = await kaito(['status', '-n', namespace], {
      env: { ...direct, KUBECONFIG: write('stranger', { ...config(), users: [{ name: 'admin', user }] }) },
    })
    expect(done.code, done.stderr).toBe(5)
    expect(done.stderr).toMatch(/UNAUTHENTICATED|PERMISSION_DENIED/)
  })

  it('in a pod the ServiceAccount is taken, and its namespace; a token that has expired is refused', async () => {
    await api('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'pipeline' },
    })
    await api('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'pipeline' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'pipeline', namespace }],
    })
    const asked = await api<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/pipeline/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    )
    const account = join(dir, 'serviceaccount')
    mkdirSync(account)
    writeFileSync(join(account, 'token'), asked.body.status.token)
    writeFileSync(join(account, 'namespace'), namespace)
    writeFileSync(join(account, 'ca.crt'), readFileSync(join(RUN, 'apiserver.crt')))
    const done = await inPod(account, ['status', 'mistral-7b', '-o', 'json'])
    expect(done.code, done.stderr).toBe(0)
    const { target, workspaces } = JSON.parse(done.stdout) as {
      target: { namespace: string }
      workspaces: { phase: string }[]
    }
    expect(target.namespace).toBe(namespace)
    expect(workspaces.map(({ phase }) => phase)).toEqual(['Ready'])
    writeFileSync(join(account, 'token'), 'expired')
    const refused = await inPod(account, ['status'])
    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('UNAUTHENTICATED')
  })
})

/** With the files and variables of a pod, in a mount namespace where the usual path can be made. */
function inPod(account: string, args: readonly string[]): Promise<Run> {
  const place = '/run/secrets/kubernetes.io/serviceaccount'
  const script = `mount -t tmpfs none /run && mkdir -p ${place} && mount --bind "$0" ${place} && exec "$@"`
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const words = ['unshare', ...own, '--mount', 'sh', '-c', script, account, process.execPath, KAITO, ...args]
  return runProgram(words, {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    CI: 'true',
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(API_PORT),
  })
}
