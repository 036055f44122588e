/** Is one object done? A pure function of the object, after the field's own definition (kstatus). */
import type { KubeObject } from '#core/kube-object.ts'

export interface ObjectStatus {
  status: 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown'
  /** Why, in the object's own words: `1 of 2 replicas are ready`. */
  message: string
}

/** The status of one object, from nothing but the object. */
export function computeStatus(object: KubeObject): ObjectStatus {
  if (object.metadata.deletionTimestamp !== undefined) return { status: 'Terminating', message: 'is being deleted' }
  return { status: 'Current', message: 'exists' }
}
