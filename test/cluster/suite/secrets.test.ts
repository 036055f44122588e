/** Twenty secrets are planted wherever kaito comes across them; none may come out anywhere. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { KUBECONFIG } from '../starter/places.ts'
import { api, createNamespace, deleteNamespace, direct } from './bed.ts'
import { kaito, type Run } from './kaito.ts'

const plant = (n: number): string => `planted${String(n).padStart(2, '0')}Zq8sW3xYt`
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** 1 to 8: the environment. */
const ENVIRONMENT = {
  AZURE_CLIENT_SECRET: plant(1),
  HF_TOKEN: `hf_${plant(2)}`,
  AWS_SECRET_ACCESS_KEY: plant(3),
  GITHUB_TOKEN: plant(4),
  OPENAI_API_KEY: plant(5),
  MY_PASSWORD: plant(6),
  AZURE_CLIENT_CERTIFICATE_PASSWORD: plant(7),
  NPM_TOKEN: plant(8),
}

/** 9 to 12: Secrets beside the workspace, as text, as base64, under a wrong field, and broken. */
const SECRETS = `apiVersion: v1
kind: Secret
metadata: { name: as-text }
stringData: { HF_TOKEN: "${plant(9)}" }
---
apiVersion: v1
kind: Secret
metadata: { name: as-base64 }
data: { HF_TOKEN: "${base64(plant(10))}" }
`
const BROKEN = `${SECRETS}---
apiVersion: v1
kind: Secret
metadata: { name: wrong-field }
stringdata: { HF_TOKEN: "${plant(11)}" }
---
apiVersion: v1
kind: Secret
metadata: { name: broken }
data: { HF_TOKEN: "%${plant(12)}%" }
`
const WORKSPACE = `---
apiVersion: kaito.sh/v1beta1
kind: Workspace
metadata: { name: mistral-7b }
resource: { instanceType: Standard_NC24ads_A100_v4 }
inference:
  preset:
    name: mistral-7b-instruct
    presetOptions: { modelAccessSecret: as-text }
`

describe('planted secrets', () => {
  let namespace = ''
  let dir = ''
  const runs: Run[] = []
  const processes: string[] = []
  const secrets = [...Array.from({ length: 20 }, (_, index) => plant(index + 1)), base64(plant(10)).slice(0, 16)]

  /** A kubeconfig with other credentials: 13 to 18. */
  function kubeconfig(name: string, change: (config: Config) => void): string {
    const config = parse(readFileSync(KUBECONFIG, 'utf8')) as Config
    change(config)
    const file = join(dir, name)
    writeFileSync(file, stringify(config), { mode: 0o600 })
    return file
  }
  interface Config {
    clusters: { cluster: { server: string; 'proxy-url'?: string } }[]
    users: { user: Record<string, unknown> }[]
  }

  async function run(args: string[], env: Record<string, string> = {}): Promise<Run> {
    const done = await kaito([...args, '-n', namespace], {
      env: { ...direct, ...ENVIRONMENT, ...env },
      onStart: (child) =>
        processes.push(execFileSync('ps', ['-o', 'args=', '-p', String(child.pid)], { encoding: 'utf8' })),
    })
    runs.push(done)
    return done
  }

  beforeAll(async () => {
    namespace = await createNamespace()
    dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'good.yaml'), SECRETS + WORKSPACE)
    writeFileSync(join(dir, 'broken.yaml'), BROKEN + WORKSPACE)
  })
  afterAll(() => deleteNamespace(namespace))

  it('everything that can print is made to print', async () => {
    const [good, broken] = [join(dir, 'good.yaml'), join(dir, 'broken.yaml')]
    for (const args of [
      ['lint', '-f', good],
      ['plan', '-f', good, '--explain', '--verbose'],
      ['diff', '-f', good],
      ['deploy', '-f', good, '--yes', '--verbose', '--progress', 'json', '-o', 'json'],
      ['diff', '-f', good, '-o', 'yaml'],
      ['status', 'mistral-7b', '-o', 'json', '--verbose'],
      ['render', '-f', good, '--cloud', 'azure'],
    ]) {
      const done = await run(args)
      expect([0, 1], `${args.join(' ')}: ${done.stderr}`).toContain(done.code)
    }
    const keyed = ['deploy', 'mistral-7b', '--name', 'keyed', '--api-key', '--hf-token-env', 'HF_TOKEN', '--yes']
    for (const args of [
      [...keyed, '--verbose', '--progress', 'json', '-o', 'yaml'],
      [...keyed.with(0, 'diff').slice(0, -1), '-o', 'yaml'],
      ['status', 'keyed', '--deep', '-o', 'json', '--verbose'],
      ['endpoint', 'keyed', '-o', 'json'],
      ['endpoint', 'keyed'],
      ['chat', 'keyed', '-p', 'Hello', '--max-tokens', '4', '--verbose'],
      ['logs', 'keyed', '--tail', '20'],
    ]) {
      const done = await run(args)
      expect([0, 1], `${args.join(' ')}: ${done.stderr}`).toContain(done.code)
    }
    // 21: the key that was generated.
    const made = await api<{ data: Record<string, string> }>(
      'GET',
      `/api/v1/namespaces/${namespace}/secrets/keyed-api-key`,
    )
    const [generated = ''] = Object.values(made.body.data)
    expect(generated.length).toBeGreaterThan(20)
    secrets.push(generated, Buffer.from(generated, 'base64').toString())
    expect((await run(['lint', '-f', broken, '-o', 'json', '--verbose'])).code).toBe(2)
    expect((await run(['deploy', '-f', broken, '--yes', '--verbose'])).code).toBe(2)
  })

  it('credentials that fail are not told: a token, a password, a proxy, a URL, a plugin', async () => {
    const asUser = (name: string, user: Record<string, unknown>): string =>
      kubeconfig(name, ({ users }) => {
        for (const entry of users) entry.user = user
      })
    const atCluster = (name: string, change: (cluster: Config['clusters'][0]['cluster']) => void): string =>
      kubeconfig(name, ({ clusters }) => {
        for (const { cluster } of clusters) change(cluster)
      })
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', 'exit 3'],
      interactiveMode: 'Never',
      env: [{ name: 'MY_SECRET', value: plant(17) }],
    }
    const files = [
      asUser('token', { token: plant(13) }),
      asUser('password', { username: 'me', password: plant(14) }),
      asUser('plugin', { exec }),
      atCluster('proxy', (cluster) => {
        cluster['proxy-url'] = `http://me:${plant(15)}@127.0.0.1:1`
      }),
      atCluster('url', (cluster) => {
        cluster.server = cluster.server.replace('//', `//me:${plant(16)}@`)
      }),
    ]
    for (const file of files) {
      const done = await run(['status', '--verbose', '-o', 'json'], { KUBECONFIG: file })
      expect([0, 2, 5], `${file}: ${done.stderr}`).toContain(done.code)
    }
    await run(['status', '--verbose'], { HTTPS_PROXY: `http://me:${plant(18)}@127.0.0.1:1` })
  })

  it('flags that would put a secret into arguments are refused', async () => {
    for (const flag of [`api-key=${plant(19)}`, `hf-token=${plant(20)}`]) {
      const refused = await kaito(['plan', 'mistral-7b', '--engine-arg', flag, '-n', namespace], { env: direct })
      runs.push(refused)
      expect(refused.code).toBe(2)
      expect(refused.stderr).toContain('process lists')
    }
  })

  it('none is in any output or in the process list', () => {
    const said = [...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...processes].join('\n')
    expect(processes.join('')).toContain('kaito.js')
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([])
  })

  it('none is in an event, a ConfigMap or the pod; the Secrets themselves are there', async () => {
    for (const kind of ['events', 'configmaps', 'pods', 'services']) {
      const { body } = await api('GET', `/api/v1/namespaces/${namespace}/${kind}`)
      const text = JSON.stringify(body)
      expect(
        secrets.filter((secret) => text.includes(secret)),
        kind,
      ).toEqual([])
    }
    const stored = await api<{ data: Record<string, string> }>('GET', `/api/v1/namespaces/${namespace}/secrets/as-text`)
    expect(stored.body.data).toEqual({ HF_TOKEN: base64(plant(9)) })
  })

  it('delete keeps the Secrets that the user brought, and takes those that kaito made', async () => {
    expect((await run(['delete', 'keyed', '--yes'])).code).toBe(0)
    expect((await api('GET', `/api/v1/namespaces/${namespace}/secrets/keyed-api-key`)).status).toBe(404)
    expect((await run(['delete', 'mistral-7b', '--yes'])).code).toBe(0)
    expect((await api('GET', `/api/v1/namespaces/${namespace}/secrets/as-base64`)).status).toBe(200)
  })
})
