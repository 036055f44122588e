/** With exactly the rights of docs/rbac/kaito-user.yaml everything works; with one less, the message names the one. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { KUBECONFIG, ROOT } from '../starter/places.ts'
import { api, createNamespace, deleteNamespace, direct } from './bed.ts'
import { kaito, type Run } from './kaito.ts'

interface Rule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}
interface Role {
  apiVersion: string
  kind: 'Role' | 'ClusterRole'
  metadata: { name: string }
  rules: Rule[]
}

const GROUP = '/apis/rbac.authorization.k8s.io/v1'
const read = (): Role[] =>
  parseAllDocuments(readFileSync(join(ROOT, 'docs/rbac/kaito-user.yaml'), 'utf8')).map((doc) => doc.toJS() as Role)

interface Right {
  kind: Role['kind']
  resource: string
  verb: string
}
const rights: Right[] = read().flatMap(({ kind, rules }) =>
  rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ kind, resource, verb }))),
  ),
)

/** The roles less one right. */
function without(right: Right | undefined): Role[] {
  return read().map((role) => ({
    ...role,
    rules: role.rules.flatMap((rule) =>
      rule.resources.map((resource) => ({
        ...rule,
        resources: [resource],
        verbs: rule.verbs.filter(
          (verb) =>
            right === undefined || role.kind !== right.kind || resource !== right.resource || verb !== right.verb,
        ),
      })),
    ),
  }))
}

describe('the documented rights', () => {
  let namespace = ''
  let user = ''
  let kubeconfig = ''

  const collectionOf = (kind: Role['kind']) =>
    kind === 'Role' ? `${GROUP}/namespaces/${namespace}/roles` : `${GROUP}/clusterroles`

  async function grant(right?: Right): Promise<void> {
    for (const role of without(right)) {
      const named = { ...role, metadata: { name: user }, rules: role.rules.filter(({ verbs }) => verbs.length > 0) }
      const answer = await api('PUT', `${collectionOf(role.kind)}/${user}`, named)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    }
  }

  const run = (...args: string[]) => kaito([...args, '-n', namespace], { env: { ...direct, KUBECONFIG: kubeconfig } })
  const clean = () => kaito(['delete', 'mistral-7b', '--yes', '-n', namespace], { env: direct })

  beforeAll(async () => {
    namespace = await createNamespace()
    user = `user-${namespace}`
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: user } }
    await api('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account)
    for (const role of without(undefined)) {
      await api('POST', collectionOf(role.kind), { ...role, metadata: { name: user } })
      const binding = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: `${role.kind}Binding`,
        metadata: { name: user },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role.kind, name: user },
        subjects: [{ kind: 'ServiceAccount', name: user, namespace }],
      }
      await api('POST', `${collectionOf(role.kind).replace(/roles$/, 'rolebindings')}`, binding)
    }
    const asked = await api<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${user}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    )
    const config = parse(readFileSync(KUBECONFIG, 'utf8')) as { users: { user: object }[] }
    for (const entry of config.users) entry.user = { token: asked.body.status.token }
    kubeconfig = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'kubeconfig')
    writeFileSync(kubeconfig, stringify(config), { mode: 0o600 })
  })
  afterAll(async () => {
    await clean()
    for (const path of ['clusterroles', 'clusterrolebindings']) await api('DELETE', `${GROUP}/${path}/${user}`)
    await deleteNamespace(namespace)
  })

  it('are enough to deploy, look, talk and delete', async () => {
    for (const args of [
      ['deploy', 'mistral-7b', '--yes'],
      ['deploy', 'mistral-7b', '--yes', '--max-model-len', '8192'],
      ['status', 'mistral-7b', '--deep'],
      ['wait', 'mistral-7b'],
      ['endpoint', 'mistral-7b'],
      ['logs', 'mistral-7b', '--tail', '5'],
      ['chat', 'mistral-7b', '-p', 'Hello', '--max-tokens', '4'],
      ['delete', 'mistral-7b', '--yes'],
    ]) {
      const done = await run(...args)
      expect(done.code, `${args.join(' ')}: ${done.stderr}`).toBe(0)
      expect(done.stdout).not.toContain('not verified')
    }
  })

  it.each(rights)('without $verb on $resource ($kind) it is said that this one is missing', async (right) => {
    await grant(right)
    const runs: Run[] = []
    for (const args of [
      ['deploy', 'mistral-7b', '--yes'],
      ['logs', 'mistral-7b'],
      ['delete', 'mistral-7b', '--yes'],
    ])
      runs.push(await run(...args))
    const said = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n')
    const [resource = '', subresource] = right.resource.split('/')
    const isOptional = subresource === 'portforward' || subresource === 'proxy'
    // The API server's own words: cannot VERB resource "pods/log" …
    const words = new RegExp(`cannot ${right.verb} resource "${right.resource}"`)
    if (isOptional) {
      expect(runs[0]?.code, said).toBe(0)
      // kubectl asks for create, a WebSocket for get: either may be what this server looks at.
      if (right.verb === 'get') expect(said).toMatch(/not verified: /)
    } else {
      expect(said).toMatch(words)
      expect(
        runs.some(({ code }) => code === 5),
        said,
      ).toBe(true)
      expect(said).toContain('PERMISSION_DENIED')
    }
    expect(said).not.toMatch(/^\s+at .*\(/m)
    expect(said, resource).not.toContain('INTERNAL')
    await grant()
    expect((await clean()).code).toBe(0)
  })
})
