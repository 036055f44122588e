/** The kinds that the sandbox keeps: what kaito uses, and what its controllers make. */

export interface KindRow {
  apiVersion: string
  kind: string
  plural: string
  isNamespaced: boolean
}

const row = (apiVersion: string, kind: string, plural: string, isNamespaced = true): KindRow => ({
  apiVersion,
  kind,
  plural,
  isNamespaced,
})

export const KINDS: readonly KindRow[] = [
  row('v1', 'ConfigMap', 'configmaps'),
  row('v1', 'Endpoints', 'endpoints'),
  row('v1', 'Event', 'events'),
  row('v1', 'Namespace', 'namespaces', false),
  row('v1', 'Node', 'nodes', false),
  row('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  row('v1', 'Pod', 'pods'),
  row('v1', 'ResourceQuota', 'resourcequotas'),
  row('v1', 'Secret', 'secrets'),
  row('v1', 'Service', 'services'),
  row('v1', 'ServiceAccount', 'serviceaccounts'),
  row('apps/v1', 'DaemonSet', 'daemonsets'),
  row('apps/v1', 'Deployment', 'deployments'),
  row('apps/v1', 'ReplicaSet', 'replicasets'),
  row('apps/v1', 'StatefulSet', 'statefulsets'),
  row('batch/v1', 'Job', 'jobs'),
  row('coordination.k8s.io/v1', 'Lease', 'leases'),
  row('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  row('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
]

export function kindOf(apiVersion: string, kind: string): KindRow {
  const found = KINDS.find((each) => each.apiVersion === apiVersion && each.kind === kind)
  if (found === undefined) throw new Error(`the sandbox has no kind ${apiVersion} ${kind}`)
  return found
}

/** `deployments.apps`, as the API server names a resource in its messages. */
export function resourceName({ apiVersion, plural }: KindRow): string {
  return apiVersion.includes('/') ? `${plural}.${apiVersion.split('/')[0]}` : plural
}
