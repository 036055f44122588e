/** Every kind that kaito writes or reads, or that its sandbox plays: one row each, by which the rest of the code names it. */
import type { ObjectRef } from './kube-object.ts'

export interface KindRef {
  readonly apiVersion: string
  readonly kind: string
}

export interface KindRow extends KindRef {
  readonly plural: string
  readonly isNamespaced: boolean
  /** What kubectl takes for the plural. */
  readonly shortName?: string
  /** Shown by `kubectl get all`. */
  readonly isInAll?: true
  /** A new one starts no pod and changes nothing that serves. */
  readonly startsNothing?: true
  /** A delete waits until none is left that names the workspace, by the workspace's own label or by its Service's. */
  readonly goesWith?: 'workspace' | 'service'
}

export const KINDS = {
  configMap: core('ConfigMap', 'configmaps', { shortName: 'cm' }),
  endpoints: core('Endpoints', 'endpoints', { shortName: 'ep' }),
  event: core('Event', 'events', { shortName: 'ev' }),
  limitRange: core('LimitRange', 'limitranges', { shortName: 'limits' }),
  namespace: core('Namespace', 'namespaces', { shortName: 'ns', isNamespaced: false }),
  node: core('Node', 'nodes', { shortName: 'no', isNamespaced: false }),
  persistentVolumeClaim: core('PersistentVolumeClaim', 'persistentvolumeclaims', {
    shortName: 'pvc',
    startsNothing: true,
  }),
  pod: core('Pod', 'pods', { shortName: 'po', isInAll: true, goesWith: 'workspace' }),
  resourceQuota: core('ResourceQuota', 'resourcequotas', { shortName: 'quota' }),
  secret: core('Secret', 'secrets'),
  service: core('Service', 'services', { shortName: 'svc', isInAll: true, startsNothing: true }),
  serviceAccount: core('ServiceAccount', 'serviceaccounts', { shortName: 'sa', startsNothing: true }),
  daemonSet: row('apps/v1', 'DaemonSet', 'daemonsets', { shortName: 'ds', isInAll: true }),
  deployment: row('apps/v1', 'Deployment', 'deployments', {
    shortName: 'deploy',
    isInAll: true,
    goesWith: 'workspace',
  }),
  replicaSet: row('apps/v1', 'ReplicaSet', 'replicasets', { shortName: 'rs', isInAll: true, goesWith: 'workspace' }),
  statefulSet: row('apps/v1', 'StatefulSet', 'statefulsets', { shortName: 'sts', isInAll: true }),
  selfSubjectAccessReview: row('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', {
    isNamespaced: false,
  }),
  job: row('batch/v1', 'Job', 'jobs', { isInAll: true, goesWith: 'workspace' }),
  lease: row('coordination.k8s.io/v1', 'Lease', 'leases'),
  endpointSlice: row('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', { goesWith: 'service' }),
  /** Of NVIDIA's GPU operator. */
  clusterPolicy: row('nvidia.com/v1', 'ClusterPolicy', 'clusterpolicies', { isNamespaced: false }),
  networkPolicy: row('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', {
    shortName: 'netpol',
    startsNothing: true,
  }),
  podDisruptionBudget: row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { shortName: 'pdb' }),
  storageClass: row('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { shortName: 'sc', isNamespaced: false }),
}

export const ROWS: readonly KindRow[] = Object.values(KINDS)

const BY_TYPE: ReadonlyMap<string, KindRow> = new Map(ROWS.map((each) => [formatKind(each), each]))

type More = Partial<Omit<KindRow, 'apiVersion' | 'kind' | 'plural'>>

function row<const Version extends string, const Name extends string>(
  apiVersion: Version,
  kind: Name,
  plural: string,
  more: More = {},
): KindRow & { readonly apiVersion: Version; readonly kind: Name } {
  return { apiVersion, kind, plural, isNamespaced: true, ...more }
}

function core<const Name extends string>(kind: Name, plural: string, more: More = {}) {
  return row('v1', kind, plural, more)
}

/** Undefined: kaito does not know the kind. */
export function rowOf(ref: KindRef): KindRow | undefined {
  return BY_TYPE.get(formatKind(ref))
}

/** `apps/v1/Deployment` */
export function formatKind({ apiVersion, kind }: KindRef): string {
  return `${apiVersion}/${kind}`
}

/** What objects carry of their kind. */
export function typeOf({ apiVersion, kind }: KindRef): KindRef {
  return { apiVersion, kind }
}

/** The kind in one namespace; in all of them where none is named. */
export function kindIn({ apiVersion, kind }: KindRef, namespace: string | undefined): KindRef & { namespace?: string } {
  return namespace === undefined ? { apiVersion, kind } : { apiVersion, kind, namespace }
}

export function refTo({ apiVersion, kind }: KindRef, name: string, namespace?: string): ObjectRef {
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, name, namespace }
}

/** `apps`; empty for the core group. */
export function groupOf({ apiVersion }: KindRef): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''
}

/** Every group and kind that the set holds before or after this run. */
export function memberKinds(set: { members: readonly KindRef[]; prunable: readonly KindRef[] }): KindRef[] {
  return [...set.members, ...set.prunable].map(typeOf)
}
