import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import {
  CLUSTER_RIGHTS,
  formatRight,
  type Right,
  refusedRight,
  rightsFor,
  rightsOn,
  VERIFY_RIGHTS,
} from '#core/objects/rights.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import { pathOf } from '#kube/wire/paths.ts'

interface Role {
  rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[]
}

const MEMBERS = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
]

const FOLLOWED = SHIPPED_WORKLOADS.flatMap(({ followed }) => followed)

const written = ({ verb, resource, group }: Right): string => `${verb} ${resource} ${group}`

function documentedIn(...names: string[]): string[] {
  return names.flatMap((name) =>
    parseAllDocuments(readFileSync(new URL(`../../../../docs/rbac/${name}.yaml`, import.meta.url), 'utf8')).flatMap(
      (doc) =>
        (doc.toJS() as Role).rules.flatMap(({ apiGroups, resources, verbs }) =>
          resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${apiGroups.join()}`)),
        ),
    ),
  )
}

describe('rights', () => {
  it('that any deploy asks for stand in the documented Roles', () => {
    const documented = documentedIn('kaito-user', 'kaito-secrets')
    const most = rightsFor({ followed: FOLLOWED, applied: MEMBERS, deleted: MEMBERS, nodesJoin: true })
    const asked = [...most, ...CLUSTER_RIGHTS, ...VERIFY_RIGHTS].map(written)
    expect(asked).toContain('delete poddisruptionbudgets policy')
    expect(asked).toContain('watch nodes ')
    expect(asked.filter((right) => !documented.includes(right))).toEqual([])
  })

  it('that taking nodes away asks for beside those stand in a Role of their own', () => {
    const work = { followed: FOLLOWED, applied: MEMBERS, deleted: MEMBERS, nodesJoin: true }
    const more = rightsFor({ ...work, nodesLeave: true }).map(written)
    expect(more.filter((right) => !documentedIn('kaito-user', 'kaito-secrets').includes(right)).sort()).toEqual([
      'create pods/eviction ',
      'patch nodes ',
    ])
    expect(documentedIn('kaito-scale')).toEqual(expect.arrayContaining(['create pods/eviction ', 'patch nodes ']))
  })

  it('are those of what this run does, and each once', () => {
    const [map, secret] = [
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { apiVersion: 'v1', kind: 'Secret' },
    ]
    const verbsOn = (resource: string, work: Parameters<typeof rightsFor>[0]) =>
      rightsFor(work).flatMap((right) => (right.resource === resource ? [right.verb] : []))
    const nothing = { followed: [], applied: [], deleted: [], nodesJoin: false }
    expect(verbsOn('secrets', nothing)).toEqual([])
    expect(verbsOn('secrets', { ...nothing, applied: [{ ...secret, exists: true }] })).toEqual(['patch'])
    expect(verbsOn('secrets', { ...nothing, applied: [{ ...secret, exists: false }] })).toEqual(['create', 'patch'])
    expect(verbsOn('secrets', { ...nothing, applied: [secret, secret], deleted: [secret] })).toEqual([
      'get',
      'create',
      'patch',
      'delete',
    ])
    expect(verbsOn('configmaps', { ...nothing, applied: [map] }).sort()).toEqual(['create', 'get', 'list', 'patch'])
    expect(verbsOn('nodes', nothing)).toEqual([])
  })

  it.each(MEMBERS)('name $kind as the API server does', (kind) => {
    const [{ group, resource } = { group: '', resource: '' }] = rightsOn(kind, 'get')
    expect(`${group === '' ? '/api/v1' : `/apis/${group}/v1`}/${resource}`).toBe(pathOf(kind))
  })

  it.each([
    'cannot list resource "nodes" in API group "" at the cluster scope',
    'cannot get resource "namespaces" in API group "" in the namespace "kube-system"',
    'cannot create resource "pods/portforward" in API group "" in the namespace "team-a"',
    'cannot patch resource "deployments" in API group "apps" in the namespace "team-a"',
  ])('are read from a refusal as they are written: %s', (words) => {
    const right = refusedRight(`x is forbidden: User "jane" ${words}`)
    expect(right && formatRight(right, 'another')).toBe(words)
  })
})
