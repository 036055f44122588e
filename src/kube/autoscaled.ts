/** `replicas` belongs to whoever sets it: once an autoscaler has, kaito applies the Deployment without it. */
import type { KubeObject } from '#core/kube-object.ts'

interface ManagedEntry {
  manager?: string
  fieldsV1?: { 'f:spec'?: { 'f:replicas'?: object } }
}

interface Scalable extends KubeObject {
  spec?: { replicas?: number }
}

/** The other manager of `spec.replicas`, if there is one. A field that somebody else owns keeps its value when we drop it. */
export function replicasOwner(live: KubeObject | undefined, self: string): string | undefined {
  const entries = (live?.metadata.managedFields ?? []) as ManagedEntry[]
  return entries.find(({ manager, fieldsV1 }) => manager !== self && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined)
    ?.manager
}

export function withoutReplicas(object: KubeObject): KubeObject {
  const { replicas: _replicas, ...spec } = (object as Scalable).spec ?? {}
  return { ...object, spec } as KubeObject
}

export function replicasOf(object: KubeObject | undefined): number | undefined {
  return (object as Scalable | undefined)?.spec?.replicas
}
