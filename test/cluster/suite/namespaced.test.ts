/** With rights in one namespace and nowhere else, on one's own nodes. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { KUBECONFIG, ROOT } from '../starter/places.ts'
import { api, createNamespace, deleteNamespace, direct, eventually } from './bed.ts'
import { kaito } from './kaito.ts'

const NODE = 'node-of-somebody-else'
const RESOURCES = { cpu: '32', memory: '220Gi', 'ephemeral-storage': '500Gi', pods: '110', 'nvidia.com/gpu': '1' }

describe('the Roles of docs/rbac alone', () => {
  let namespace = ''
  let kubeconfig = ''
  const group = (plural: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/${plural}`
  const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: { ...direct, KUBECONFIG: kubeconfig } })

  beforeAll(async () => {
    namespace = await createNamespace()
    await api('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: NODE, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
      status: { capacity: RESOURCES, allocatable: RESOURCES },
    })
    await api('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'user' },
    })
    for (const file of ['kaito-user.yaml', 'kaito-secrets.yaml']) {
      const roles = parseAllDocuments(readFileSync(join(ROOT, 'docs/rbac', file), 'utf8')).map(
        (doc) => doc.toJS() as { kind: string; metadata: { name: string } },
      )
      for (const role of roles.filter(({ kind }) => kind === 'Role')) {
        const { name } = role.metadata
        await api('POST', group('roles'), role)
        await api('POST', group('rolebindings'), {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
          subjects: [{ kind: 'ServiceAccount', name: 'user', namespace }],
        })
      }
    }
    const asked = await api<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/user/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    )
    const config = parse(readFileSync(KUBECONFIG, 'utf8')) as { users: { user: object }[] }
    for (const entry of config.users) entry.user = { token: asked.body.status.token }
    kubeconfig = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'kubeconfig')
    writeFileSync(kubeconfig, stringify(config), { mode: 0o600 })
    const node = () =>
      api<{ status?: { conditions?: { type: string; status: string }[] } }>('GET', `/api/v1/nodes/${NODE}`)
    const isReady = async () =>
      (await node()).body.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true
    await eventually(isReady, 'the node is Ready')
  })
  afterAll(async () => {
    await kaito(['delete', 'mistral-7b', '--byo', '--yes', '-n', namespace], { env: direct })
    await api('DELETE', `/api/v1/nodes/${NODE}`)
    await deleteNamespace(namespace)
  })

  it('deploy says what it could not see, and everything works', async () => {
    const done = await run('deploy', 'mistral-7b', '--byo', '--api-key')
    expect(done.code, done.stderr).toBe(0)
    expect(done.stderr).toContain('may not list nodes')
    for (const args of [
      ['deploy', 'mistral-7b', '--byo'],
      ['status', 'mistral-7b', '--deep'],
      ['wait', 'mistral-7b'],
      ['endpoint', 'mistral-7b'],
      ['logs', 'mistral-7b', '--tail', '5'],
      ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '4'],
    ]) {
      const next = await run(...args)
      expect(next.code, `${args.join(' ')}: ${next.stderr}`).toBe(0)
    }
  })

  it('a node pool is more than a namespace: without --byo the missing right is named', async () => {
    const done = await run('deploy', 'mistral-7b', '--yes', '--name', 'other')
    expect(done.code, done.stderr).toBe(5)
    expect(done.stderr).toMatch(/cannot (list resource "nodes"|get resource "namespaces")/)
  })

  it('delete takes all of it away, the key too', async () => {
    const done = await run('delete', 'mistral-7b', '--byo', '--yes')
    expect(done.code, done.stderr).toBe(0)
    const secrets = await api<{ items: { metadata: { name: string } }[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/secrets`,
    )
    expect(secrets.body.items).toEqual([])
  })
})
