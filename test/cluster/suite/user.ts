/** An identity that has the rights of docs/rbac and no others. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { KUBECONFIG, ROOT } from '../starter/places.ts'
import { api } from './api.ts'

interface Role {
  apiVersion: string
  kind: 'Role' | 'ClusterRole'
  metadata: { name: string }
  rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[]
}

export interface DocumentedRight {
  kind: Role['kind']
  resource: string
  verb: string
}

export interface User {
  kubeconfig: string
  /** All rights, or all but one. */
  grant(without?: DocumentedRight): Promise<void>
  /** What does not go with the namespace. */
  remove(): Promise<void>
}

const FILES = ['kaito-user.yaml', 'kaito-secrets.yaml']
const GROUP = '/apis/rbac.authorization.k8s.io/v1'

function readRoles(): Role[] {
  return FILES.flatMap((file) =>
    parseAllDocuments(readFileSync(join(ROOT, 'docs/rbac', file), 'utf8')).map((doc) => doc.toJS() as Role),
  )
}

export function documentedRights(): DocumentedRight[] {
  return readRoles().flatMap(({ kind, rules }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ kind, resource, verb }))),
    ),
  )
}

function rolesWithout(right: DocumentedRight | undefined): Role[] {
  return readRoles().map((role) => ({
    ...role,
    rules: role.rules
      .flatMap((rule) =>
        rule.resources.map((resource) => ({
          ...rule,
          resources: [resource],
          verbs: rule.verbs.filter(
            (verb) => role.kind !== right?.kind || resource !== right.resource || verb !== right.verb,
          ),
        })),
      )
      .filter(({ verbs }) => verbs.length > 0),
  }))
}

/** @param kinds without ClusterRole, nothing outside the namespace can be seen. */
export async function createUser(
  namespace: string,
  kinds: readonly Role['kind'][] = ['Role', 'ClusterRole'],
): Promise<User> {
  const user = `user-${namespace}`
  const nameOf = ({ kind, metadata }: Role): string => (kind === 'Role' ? metadata.name : user)
  const collectionOf = (kind: Role['kind'], what: 'role' | 'rolebinding'): string =>
    kind === 'Role' ? `${GROUP}/namespaces/${namespace}/${what}s` : `${GROUP}/cluster${what}s`
  const grant = async (without?: DocumentedRight): Promise<void> => {
    for (const role of rolesWithout(without).filter(({ kind }) => kinds.includes(kind))) {
      const named = { ...role, metadata: { name: nameOf(role) } }
      await must('PUT', `${collectionOf(role.kind, 'role')}/${nameOf(role)}`, named)
    }
  }
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await must('POST', accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: user } })
  await grant()
  for (const role of readRoles().filter(({ kind }) => kinds.includes(kind))) {
    await must('POST', collectionOf(role.kind, 'rolebinding'), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: `${role.kind}Binding`,
      metadata: { name: nameOf(role) },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role.kind, name: nameOf(role) },
      subjects: [{ kind: 'ServiceAccount', name: user, namespace }],
    })
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { status } = await must<{ status: { token: string } }>('POST', `${accounts}/${user}/token`, request)
  const config = parse(readFileSync(KUBECONFIG, 'utf8')) as { users: { user: object }[] }
  for (const entry of config.users) entry.user = { token: status.token }
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'kubeconfig')
  writeFileSync(kubeconfig, stringify(config), { mode: 0o600 })
  return {
    kubeconfig,
    grant,
    async remove() {
      for (const what of ['role', 'rolebinding'] as const)
        await api('DELETE', `${collectionOf('ClusterRole', what)}/${user}`)
    },
  }
}

async function must<T>(method: string, path: string, body: object): Promise<T> {
  const answer = await api<T>(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
