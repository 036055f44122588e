/** Secrets are planted wherever kaito comes across them; none may come out anywhere. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Run } from '../../support/run-kaito.ts'
import { drillNamespace } from '../starter/drills.ts'
import { KUBECONFIG } from '../starter/places.ts'
import { api, createNamespace, deleteNamespace, direct, eventually, intercepted } from './bed.ts'
import type { Interception } from './interceptor.ts'
import { kaito } from './kaito.ts'
import { watchProcesses } from './processes.ts'

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

/** 21 to 23: what an engine prints at its start, beside a Secret's value that it was given. */
const LOG = [
  `INFO 11-25 10:00:00 [utils.py:233] non-default args: {'api_key': ['${plant(21)}'], 'seed': 0}`,
  `INFO 11-25 10:00:00 [env.py:12] HF_TOKEN=${plant(22)} "Authorization: Bearer ${plant(23)}"`,
]
const CRASH = [...LOG, `RuntimeError: cannot sign in with ${plant(9)} (${base64(plant(10))}), token: ${plant(24)}`, '']

/** A revision's objects are stored as gzip in base64. */
function unpacked({ items }: { items: { binaryData?: Record<string, string> }[] }): string[] {
  return items.flatMap(({ binaryData = {} }) =>
    Object.values(binaryData).map((value) => gunzipSync(Buffer.from(value, 'base64')).toString('utf8')),
  )
}

describe('planted secrets', () => {
  let namespace = ''
  let dir = ''
  const crashing = drillNamespace('crash-loop')
  const runs: Run[] = []
  const processes: string[] = []
  const secrets = [
    ...Array.from({ length: 25 }, (_, index) => plant(index + 1)),
    ...[9, 10].map((n) => base64(plant(n)).slice(0, 16)),
  ]

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
    let watched: Promise<string[]> = Promise.resolve([])
    const where = args.includes('-n') ? [] : ['-n', namespace]
    const done = await kaito([...args, ...where], {
      env: { ...direct, ...ENVIRONMENT, ...env },
      onStart: (child) => {
        watched = watchProcesses(child)
      },
    })
    runs.push(done)
    processes.push(...(await watched))
    return done
  }

  beforeAll(async () => {
    namespace = await createNamespace()
    await eventually(async () => (await api('GET', `/api/v1/namespaces/${crashing}`)).status === 404, 'no drill runs')
    await createNamespace({}, crashing)
    dir = mkdtempSync(join(tmpdir(), 'kaito-'))
    writeFileSync(join(dir, 'good.yaml'), SECRETS + WORKSPACE)
    writeFileSync(join(dir, 'broken.yaml'), BROKEN + WORKSPACE)
  })
  afterAll(async () => {
    await kaito(['delete', 'mistral-7b', '--yes', '-n', crashing], { env: direct })
    for (const name of [namespace, crashing]) await deleteNamespace(name)
  })

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
      args: ['-c', 'sleep 0.5; echo "password of $MY_SECRET" >&2; exit 3'],
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

  it('an engine prints them, and neither logs nor the cause of a crash does', async () => {
    const { interceptor, env } = await intercepted()
    const saying = (lines: string[]): Interception => ({
      answer: ({ url }) => (/\/log(\?|$)/.test(url) ? { status: 200, body: lines.join('\n') } : undefined),
    })
    interceptor.use(saying(LOG))
    const read = await run(['logs', 'keyed'], env)
    expect(read.code, read.stderr).toBe(0)
    expect(read.stdout).toContain("'api_key': ['***'], 'seed': 0")
    const followed = await run(['logs', 'keyed', '-f', '--timeout', '3s'], env)
    expect(followed.stdout).toContain('HF_TOKEN=***')
    interceptor.use(saying(CRASH))
    const crashed = await run(['deploy', '-f', join(dir, 'good.yaml'), '--yes', '--verbose', '-n', crashing], env)
    await interceptor.close()
    expect(crashed.code, crashed.stderr).toBe(6)
    expect(crashed.stderr).toContain('cannot sign in with ***')
  })

  it('the API server and the cloud repeat them in a refusal, and kaito does not', async () => {
    const there = ['-n', await createNamespace()]
    const { interceptor, env } = await intercepted()
    const words = `Invalid value: "${plant(9)}", "${base64(plant(10))}", client_secret=${plant(25)}`
    const status = { kind: 'Status', status: 'Failure', message: words, details: { causes: [{ message: words }] } }
    const refusals: [Interception, string[]][] = [
      [
        {
          answer: ({ method, url }) =>
            method === 'PATCH' && url.includes('/secrets/') ? { status: 422, body: JSON.stringify(status) } : undefined,
        },
        ['-o', 'json'],
      ],
      [
        {
          answer: ({ api: at, method }) =>
            at === 'arm' && method === 'PUT'
              ? { status: 400, body: JSON.stringify({ error: { code: 'InvalidParameter', message: words } }) }
              : undefined,
        },
        ['--progress', 'json'],
      ],
    ]
    for (const [interception, form] of refusals) {
      interceptor.use(interception)
      const refused = await run(['deploy', '-f', join(dir, 'good.yaml'), '--yes', '--verbose', ...form, ...there], env)
      expect(refused.code, refused.stderr).toBeGreaterThan(0)
      expect(refused.stderr).toContain('INVALID_ARGUMENT')
      expect(refused.stderr).toContain('***')
    }
    await interceptor.close()
    expect((await run(['delete', 'mistral-7b', '--yes', ...there])).code).toBe(0)
    await deleteNamespace(there[1] ?? '')
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
    expect(processes.filter((args) => args.includes('kaito.js deploy')).length).toBeGreaterThan(20)
    expect(processes, 'the plugin was seen').toContain('sleep 0.5')
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([])
  })

  it('none is in an event, a revision, the root or the pod; the Secrets themselves are there', async () => {
    const paths = ['', `namespaces/${namespace}/`, `namespaces/${crashing}/`].flatMap((where) =>
      ['events', 'configmaps', 'pods', 'services'].map((kind) => `/api/v1/${where}${kind}`),
    )
    for (const path of paths) {
      const { body } = await api<{ items: { binaryData?: Record<string, string> }[] }>('GET', path)
      const text = [JSON.stringify(body), ...unpacked(body)].join('\n')
      expect(
        secrets.filter((secret) => text.includes(secret)),
        path,
      ).toEqual([])
      if (path === `/api/v1/namespaces/${namespace}/configmaps`) expect(text).toContain('"kind":"Deployment"')
      if (path === `/api/v1/namespaces/${namespace}/events`) expect(text).toContain('"reason":"Scheduled"')
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
