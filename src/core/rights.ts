/** What a deploy is going to ask of the cluster beyond what planning has asked already. docs/rbac holds the whole of it. */

export interface Right {
  verb: string
  /** API group; empty for the core group. */
  group: string
  /** Plural, with the subresource: `pods/portforward`. */
  resource: string
}

const core = (resource: string, ...verbs: string[]): Right[] => verbs.map((verb) => ({ verb, group: '', resource }))
const of = (group: string, resource: string, ...verbs: string[]): Right[] =>
  verbs.map((verb) => ({ verb, group, resource }))

/** Without one of these a deploy cannot come to its end. Members were tried by a dry run while planning. */
export const DEPLOY_RIGHTS: readonly Right[] = [
  ...of('coordination.k8s.io', 'leases', 'get', 'create', 'update'),
  ...core('configmaps', 'create', 'patch'),
  ...core('pods', 'list', 'watch'),
  ...core('events', 'list', 'watch'),
  ...of('apps', 'deployments', 'list', 'watch'),
  ...of('apps', 'replicasets', 'list', 'watch'),
  ...of('discovery.k8s.io', 'endpointslices', 'list', 'watch'),
]

/** Without these a deploy ends, and says what it could not verify. */
export const VERIFY_RIGHTS: readonly Right[] = [...core('pods/portforward', 'get'), ...core('services/proxy', 'get')]

/** In the API server's own words. */
export function formatRight({ verb, group, resource }: Right, namespace: string): string {
  return `cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`
}
