/** The ways into a cluster that kubectl knows: several files, plugins, tokens in files, names of contexts; and a pin. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { KUBECONFIG } from '../starter/places.ts'
import { api, cloudPools, createNamespace, deleteNamespace, direct, inventory } from './bed.ts'
import { kaito } from './kaito.ts'

interface Config {
  'current-context'?: string
  contexts: { name: string; context: Record<string, string> }[]
  clusters: { name: string; cluster: Record<string, unknown> }[]
  users: { name: string; user: Record<string, unknown> }[]
}

describe('access', () => {
  let namespace = ''
  let dir = ''
  const read = (): Config => parse(readFileSync(KUBECONFIG, 'utf8')) as Config
  const token = (): string => String(read().users[0]?.user['token'])
  const write = (name: string, config: Partial<Config>): string => {
    const file = join(dir, name)
    writeFileSync(file, stringify({ apiVersion: 'v1', kind: 'Config', ...config }), { mode: 0o600 })
    return file
  }
  const withUser = (name: string, user: Record<string, unknown>): string =>
    write(name, { ...read(), users: [{ name: 'admin', user }] })
  const status = (env: Record<string, string>, ...args: string[]) =>
    kaito(['status', ...args], { env: { ...direct, ...env } })

  beforeAll(async () => {
    namespace = await createNamespace()
    dir = mkdtempSync(join(tmpdir(), 'kaito-'))
  })
  afterAll(() => deleteNamespace(namespace))

  it('KUBECONFIG may name several files: clusters of one, users of the other', async () => {
    const { clusters, contexts, users } = read()
    const files = [write('one', { clusters, contexts: [], users: [] }), write('two', { contexts, users, clusters: [] })]
    const merged = { KUBECONFIG: files.join(delimiter) }
    const done = await status(merged, '--context', contexts[0]?.name ?? '')
    expect(done.code, done.stderr).toBe(0)
  })

  it('a plugin may hand over the credentials, and is asked once per run', async () => {
    const count = join(dir, 'count')
    const answer = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: token() } }
    const args = ['-c', `echo x >> ${count}; echo '${JSON.stringify(answer)}'`]
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args, interactiveMode: 'Never' }
    const done = await status({ KUBECONFIG: withUser('plugin', { exec }) })
    expect(done.code, done.stderr).toBe(0)
    expect(readFileSync(count, 'utf8')).toBe('x\n')
  })

  it('a plugin that is not there is told by its name', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', interactiveMode: 'Never' }
    const done = await status({ KUBECONFIG: withUser('lost', { exec }) })
    expect(done.code, done.stderr).toBe(5)
    expect(done.stderr).toContain('no-such-plugin')
  })

  it('a token may stand in a file', async () => {
    const file = join(dir, 'token')
    writeFileSync(file, `${token()}\n`)
    const done = await status({ KUBECONFIG: withUser('file', { tokenFile: file }) })
    expect(done.code, done.stderr).toBe(0)
  })

  it('credentials that the cluster does not know are 5, and say so', async () => {
    const done = await status({ KUBECONFIG: withUser('wrong', { token: 'nobody-knows-this-one' }) })
    expect(done.code).toBe(5)
    expect(done.stderr).toContain('UNAUTHENTICATED')
  })

  it('a certificate of another authority is refused, with the way out', async () => {
    const config = read()
    for (const { cluster } of config.clusters) delete cluster['certificate-authority-data']
    const done = await status({ KUBECONFIG: write('other-authority', config) })
    expect(done.code).toBe(5)
    expect(done.stderr).toMatch(/certificate/i)
  })

  it('--context, -n and the namespace of the context are followed, and shown before a change', async () => {
    const config = read()
    for (const { context } of config.contexts) context['namespace'] = namespace
    const env = { ...direct, KUBECONFIG: write('namespaced', config) }
    const planned = await kaito(['plan', 'mistral-7b', '-o', 'json'], { env })
    expect(JSON.parse(planned.stdout)).toMatchObject({ target: { namespace, context: config['current-context'] } })
    const other = await kaito(['plan', 'mistral-7b', '-n', 'default', '-o', 'json'], { env })
    expect(JSON.parse(other.stdout)).toMatchObject({ target: { namespace: 'default' } })
  })

  it('a workspace that is pinned to another cluster goes nowhere', async () => {
    const text = (cluster: string): string => `apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata:
  name: mistral-7b
  annotations: { kaito.sh/cluster: "${cluster}" }
resource: { instanceType: Standard_NC24ads_A100_v4 }
inference: { preset: { name: mistral-7b-instruct } }
`
    const before = [await inventory(namespace), await cloudPools()]
    const args = ['deploy', '-f', '-', '--yes', '-n', namespace]
    const refused = await kaito(args, { env: direct, stdin: text('production') })
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toContain('pinned to cluster "production"')
    expect([await inventory(namespace), await cloudPools()]).toEqual(before)
    const { body } = await api<{ metadata: { uid: string } }>('GET', '/api/v1/namespaces/kube-system')
    const plan = ['plan', '-f', '-', '-n', namespace]
    expect((await kaito(plan, { env: direct, stdin: text(body.metadata.uid) })).code).toBe(0)
    expect((await kaito(plan, { env: direct, stdin: text('kaito-aks') })).code).toBe(0)
  })
})
