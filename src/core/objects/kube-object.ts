/** Plain Kubernetes objects as values: what is rendered, applied, compared and listed. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export function isMap(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: JsonObject[]
}

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** Names one object. Namespace is absent for cluster-scoped kinds. */
export interface ObjectRef {
  apiVersion: string
  kind: string
  name: string
  namespace?: string
}

export function refOf(object: KubeObject): ObjectRef {
  const { apiVersion, kind, metadata } = object
  const ref: ObjectRef = { apiVersion, kind, name: metadata.name }
  return metadata.namespace === undefined ? ref : { ...ref, namespace: metadata.namespace }
}

/** `Deployment/mistral-7b`, the form in which objects are shown. */
export function formatRef(ref: { kind: string; name: string }): string {
  return `${ref.kind}/${ref.name}`
}

/** One that names its own keeps it. */
export function inNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } }
}
