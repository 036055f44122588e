/** `replicas` belongs to whoever sets it: once somebody else has, kaito applies the Deployment without it. */
import type { KubeObject } from '#core/objects/kube-object.ts'

interface ManagedEntry {
  manager?: string
  operation?: string
  subresource?: string
  fieldsV1?: { 'f:spec'?: { 'f:replicas'?: object } }
}

interface Scalable extends KubeObject {
  spec?: { replicas?: number }
}

/**
 * We applied the Deployment and no longer own its `spec.replicas`: an autoscaler, or a person, has set it through the
 * scale subresource. Who did is not always recorded (a Scale of 0 leaves no owner at all), so our own entry is asked.
 */
export function isScaledByOthers(live: KubeObject | undefined, self: string): boolean {
  const entries = (live?.metadata.managedFields ?? []) as ManagedEntry[]
  const own = entries.find((e) => e.manager === self && e.operation === 'Apply' && e.subresource === undefined)
  return own !== undefined && own.fieldsV1?.['f:spec']?.['f:replicas'] === undefined
}

export function withoutReplicas(object: KubeObject): KubeObject {
  const { replicas: _replicas, ...spec } = (object as Scalable).spec ?? {}
  return { ...object, spec } as KubeObject
}

export function replicasOf(object: KubeObject | undefined): number | undefined {
  return (object as Scalable | undefined)?.spec?.replicas
}
