/** What a deploy is going to ask of the cluster. docs/rbac holds the whole of it. */
import { groupOf, KINDS, type KindRef, rowOf } from './kinds.ts'

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

/** What a run is about to do, as far as it is known. */
export interface Work {
  /** What is watched until it is done. */
  followed: readonly KindRef[]
  /** Absent `exists`: not looked yet. */
  applied: readonly (KindRef & { exists?: boolean })[]
  deleted: readonly KindRef[]
  /** Nodes are waited for. */
  nodesJoin: boolean
  /** Nodes are cordoned and drained. */
  nodesLeave?: boolean
  /** Nodes are cordoned alone: their pool goes as a whole. */
  nodesBarred?: boolean
}

/** Whatever is deployed: the lock, root and revision. */
const DEPLOY_RIGHTS: readonly Right[] = [
  ...rightsOn(KINDS.lease, 'get', 'create', 'update'),
  ...rightsOn(KINDS.configMap, 'list', 'create', 'patch'),
]

/** Where the cluster's nodes and its name are seen; on one's own nodes it can be done without. */
export const CLUSTER_RIGHTS: readonly Right[] = [
  ...rightsOn(KINDS.node, 'list').map(inCluster),
  ...rightsOn(KINDS.namespace, 'get').map((right) => ({ ...right, namespace: 'kube-system', name: 'kube-system' })),
]

/** Without these a deploy ends, and says what it could not verify. */
export const VERIFY_RIGHTS: readonly Right[] = [
  ...rightsOn(KINDS.pod, 'get', 'create').map(below('portforward')),
  ...rightsOn(KINDS.service, 'get').map(below('proxy')),
]

/**
 * From this minor version of Kubernetes on, a port-forward over a WebSocket needs `create` as well as `get`
 * (AuthorizePodWebsocketUpgradeCreatePermission, https://kep.k8s.io/4006).
 */
export const FORWARD_NEEDS_CREATE_SINCE = 35

/** Without one of these a deploy cannot come to its end. */
export function rightsFor({
  followed,
  applied,
  deleted,
  nodesJoin,
  nodesLeave = false,
  nodesBarred = false,
}: Work): Right[] {
  const verbsOf = (exists: boolean | undefined): string[] =>
    exists === undefined ? ['get', 'create', 'patch'] : exists ? ['patch'] : ['create', 'patch']
  return unique([
    ...DEPLOY_RIGHTS,
    ...followed.flatMap((object) => rightsOn(object, 'list', 'watch')),
    ...applied.flatMap(({ exists, ...object }) => rightsOn(object, ...verbsOf(exists))),
    ...deleted.flatMap((object) => rightsOn(object, 'delete')),
    ...(nodesJoin ? rightsOn(KINDS.node, 'watch').map(inCluster) : []),
    ...(nodesLeave ? DRAIN_RIGHTS : []),
    ...(nodesBarred ? rightsOn(KINDS.node, 'patch').map(inCluster) : []),
  ])
}

const DRAIN_RIGHTS: readonly Right[] = [
  ...rightsOn(KINDS.node, 'watch', 'patch').map(inCluster),
  ...rightsOn(KINDS.pod, 'create').map(below('eviction')),
]

function unique(rights: readonly Right[]): Right[] {
  return [...new Map(rights.map((right) => [formatRight(right, ''), right])).values()]
}

/** None on a kind that kaito does not know: it neither writes nor reads such an object. */
export function rightsOn(ref: KindRef, ...verbs: string[]): Right[] {
  const row = rowOf(ref)
  return row === undefined ? [] : verbs.map((verb) => ({ verb, group: groupOf(row), resource: row.plural }))
}

export function inCluster(right: Right): Right {
  return { ...right, namespace: '' }
}

function below(subresource: string): (right: Right) => Right {
  return (right) => ({ ...right, resource: `${right.resource}/${subresource}` })
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
