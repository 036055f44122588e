/** What a deploy is going to ask of the cluster. docs/rbac holds the whole of it. */

export interface Right {
  verb: string
  /** API group; empty for the core group. */
  group: string
  /** Plural, with the subresource: `pods/portforward`. */
  resource: string
  /** Where it is not the workspace's namespace; empty: in all of them. */
  namespace?: string
  /** Of one object alone. */
  name?: string
}

interface GroupKind {
  apiVersion: string
  kind: string
}

/** What a run is about to do, as far as it is known. */
export interface Work {
  /** Absent `exists`: not looked yet. */
  applied: readonly (GroupKind & { exists?: boolean })[]
  deleted: readonly GroupKind[]
  /** Nodes are waited for. */
  nodesJoin: boolean
}

const core = (resource: string, ...verbs: string[]): Right[] => verbs.map((verb) => ({ verb, group: '', resource }))
const of = (group: string, resource: string, ...verbs: string[]): Right[] =>
  verbs.map((verb) => ({ verb, group, resource }))

/** Whatever is deployed: the lock, root and revision, and following a rollout. */
const DEPLOY_RIGHTS: readonly Right[] = [
  ...of('coordination.k8s.io', 'leases', 'get', 'create', 'update'),
  ...core('configmaps', 'list', 'create', 'patch'),
  ...core('pods', 'list', 'watch'),
  ...core('events', 'list', 'watch'),
  ...of('apps', 'deployments', 'list', 'watch'),
  ...of('apps', 'replicasets', 'list', 'watch'),
  ...of('discovery.k8s.io', 'endpointslices', 'list', 'watch'),
]

/** Where the cluster's nodes and its name are seen; on one's own nodes it can be done without. */
export const CLUSTER_RIGHTS: readonly Right[] = [
  { verb: 'list', group: '', resource: 'nodes', namespace: '' },
  { verb: 'get', group: '', resource: 'namespaces', namespace: 'kube-system', name: 'kube-system' },
]

/** Without these a deploy ends, and says what it could not verify. */
export const VERIFY_RIGHTS: readonly Right[] = [
  ...core('pods/portforward', 'get', 'create'),
  ...core('services/proxy', 'get'),
]

/**
 * From this minor version of Kubernetes on, a port-forward over a WebSocket needs `create` as well as `get`
 * (AuthorizePodWebsocketUpgradeCreatePermission, https://kep.k8s.io/4006).
 */
export const FORWARD_NEEDS_CREATE_SINCE = 35

/** Without one of these a deploy cannot come to its end. */
export function rightsFor({ applied, deleted, nodesJoin }: Work): Right[] {
  const verbsOf = (exists: boolean | undefined): string[] =>
    exists === undefined ? ['get', 'create', 'patch'] : exists ? ['patch'] : ['create', 'patch']
  return unique([
    ...DEPLOY_RIGHTS,
    ...applied.flatMap(({ exists, ...object }) => rightsOn(object, ...verbsOf(exists))),
    ...deleted.flatMap((object) => rightsOn(object, 'delete')),
    ...(nodesJoin ? [{ verb: 'watch', group: '', resource: 'nodes', namespace: '' }] : []),
  ])
}

function unique(rights: readonly Right[]): Right[] {
  return [...new Map(rights.map((right) => [formatRight(right, ''), right])).values()]
}

export function rightsOn({ apiVersion, kind }: GroupKind, ...verbs: string[]): Right[] {
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''
  return of(group, `${kind.toLowerCase().replace(/y$/, 'ie')}s`, ...verbs)
}

/** In the API server's own words. */
export function formatRight({ verb, group, resource, namespace: own }: Right, namespace: string): string {
  const where = own === '' ? 'at the cluster scope' : `in the namespace "${own ?? namespace}"`
  return `cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
}

/** The right that an API server's refusal names. */
export function refusedRight(words: string): Right | undefined {
  const found =
    /cannot (?<verb>\w+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)" (?:at the cluster scope|in the namespace "(?<namespace>[^"]*)")/.exec(
      words,
    )?.groups
  if (found === undefined) return undefined
  const { verb = '', resource = '', group = '', namespace = '' } = found
  return { verb, resource, group, namespace }
}
