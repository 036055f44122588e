/** Labels, annotations, selectors and derived names: what says which object belongs to which workspace. */
import { KINDS, refTo, typeOf } from './kinds.ts'
import type { KubeObject, ObjectRef, OwnerReference } from './kube-object.ts'

export const WORKSPACE_LABEL = 'kaito.sh/workspace'
/** On nodes, which stand outside of every namespace. */
const WORKSPACE_NAMESPACE_LABEL = 'kaito.sh/workspacenamespace'
/** Which of its pools a node is of, where the workspace has moved from one to another. */
const POOL_LABEL = 'kaito.sh/pool'
/** Number of a revision. */
export const REVISION_LABEL = 'kaito.sh/revision'
/** Kubernetes' own: whose endpoints a slice holds. */
export const SERVICE_LABEL = 'kubernetes.io/service-name'
const INSTANCE_LABEL = 'app.kubernetes.io/instance'
const COMPONENT_LABEL = 'app.kubernetes.io/component'
const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by'
export const MANAGED_BY = { [MANAGED_BY_LABEL]: 'kaito' } as const

/** Of a node that kaito has cordoned, because it is going to be taken out of its pool. */
export const LEAVING_ANNOTATION = 'kaito.sh/leaving'
/** Of the root: which rendered set was applied last. */
export const SET_HASH_ANNOTATION = 'kaito.sh/set-hash'
/** Of a revision: two deploys with the same one are the same revision. */
export const FINGERPRINT_ANNOTATION = 'kaito.sh/fingerprint'
/** Of the Lease: what its holder does, or the last one did. */
export const VERB_ANNOTATION = 'kaito.sh/verb'

/** https://kep.k8s.io/3659 */
export const APPLY_SET = {
  id: 'applyset.kubernetes.io/id',
  member: 'applyset.kubernetes.io/part-of',
  tooling: 'applyset.kubernetes.io/tooling',
  groupKinds: 'applyset.kubernetes.io/contains-group-kinds',
} as const

/** What an object of a workspace is for. */
type Component = 'inference' | 'root' | 'revision' | 'secret'

/** Labels that every object of a workspace carries. */
export function workspaceLabels(objectName: string, component: Component): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'kaito',
    [INSTANCE_LABEL]: objectName,
    ...MANAGED_BY,
    [COMPONENT_LABEL]: component,
    [WORKSPACE_LABEL]: objectName,
  }
}

/** By these the Service and the Deployment find the pods. */
export function podLabels(objectName: string): Record<string, string> {
  return { [INSTANCE_LABEL]: objectName, [WORKSPACE_LABEL]: objectName }
}

/** Of the nodes that are made for a workspace. */
export function nodeLabels(objectName: string, namespace: string): Record<string, string> {
  return { [WORKSPACE_LABEL]: objectName, [WORKSPACE_NAMESPACE_LABEL]: namespace }
}

/** Of the nodes of a pool that a workspace has moved to. */
export function ownPoolLabels(pool: string): Record<string, string> {
  return { [POOL_LABEL]: pool }
}

/** The label by which a pool is told from the others of its workspace; its first one carries none. */
export function ownPoolLabelsIn(labels: Readonly<Record<string, string>>): Record<string, string> {
  const pool = labels[POOL_LABEL]
  return pool === undefined ? {} : ownPoolLabels(pool)
}

/** Of a workspace's nodes, those of one pool. */
export function isNodeIn({ metadata }: KubeObject, pool: { labels: Readonly<Record<string, string>> }): boolean {
  return metadata.labels?.[POOL_LABEL] === pool.labels[POOL_LABEL]
}

/** The same where no namespace is said: a pool that is made by hand is told apart by the name alone. */
export function withoutNodeNamespace(labels: Readonly<Record<string, string>>): Record<string, string> {
  const { [WORKSPACE_NAMESPACE_LABEL]: _, ...rest } = labels
  return rest
}

/** Labels that kaito sets itself; upstream ignores them in selectors. */
const RESERVED_LABELS = /^(kaito\.sh\/(workspace|workspacenamespace|pool)$|karpenter\.kaito\.sh\/|kaito\.sh\/ragengine)/

/** What a selector of the user's asks for beside them. */
export function withoutReserved(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !RESERVED_LABELS.test(key)))
}

export function isOfComponent({ metadata }: KubeObject, component: Component): boolean {
  return metadata.labels?.[COMPONENT_LABEL] === component
}

export function isNodeOf({ metadata }: KubeObject, objectName: string, namespace: string): boolean {
  return Object.entries(nodeLabels(objectName, namespace)).every(([key, value]) => metadata.labels?.[key] === value)
}

/** One workspace's objects; without a name those of every workspace. */
export function workspaceSelector(objectName: string | undefined): string {
  return objectName === undefined ? WORKSPACE_LABEL : `${WORKSPACE_LABEL}=${objectName}`
}

/** Only what kaito itself has made, not what controllers copied its labels to. */
export function managedSelector(objectName: string | undefined): string {
  return `${workspaceSelector(objectName)},${selectorOf(MANAGED_BY)}`
}

export function componentSelector(component: Component, objectName: string | undefined): string {
  return `${workspaceSelector(objectName)},${COMPONENT_LABEL}=${component}`
}

/** Slices of the workspace's Service; without a name of every Service. */
export function serviceSelector(objectName: string | undefined): string {
  return objectName === undefined ? SERVICE_LABEL : `${SERVICE_LABEL}=${objectName}`
}

/** Whatever kaito has made, of any workspace. */
export const ANY_MANAGED = selectorOf(MANAGED_BY)

export function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

/** Where the Service answers inside the cluster. */
export function endpointUrl(objectName: string, namespace: string): string {
  return `http://${objectName}.${namespace}.svc/v1`
}

export function rootName(objectName: string): string {
  return `${objectName}-kaito`
}

export function rootRef(objectName: string, namespace: string): ObjectRef {
  return refTo(KINDS.configMap, rootName(objectName), namespace)
}

/** The reference by which members name their root. */
export function ownerReferenceTo(root: KubeObject): OwnerReference | undefined {
  const { name, uid } = root.metadata
  return uid === undefined ? undefined : { ...typeOf(KINDS.configMap), name, uid }
}

export function revisionName(objectName: string, number: number): string {
  return `${rootName(objectName)}-r${number}`
}

export function revisionNumber(revision: KubeObject): number {
  return Number(revision.metadata.labels?.[REVISION_LABEL] ?? 0)
}

export function leaseName(objectName: string): string {
  return `${objectName}-kaito`
}

export function hubTokenSecretName(objectName: string): string {
  return `${objectName}-hub-token`
}

export function apiKeySecretName(objectName: string): string {
  return `${objectName}-api-key`
}
