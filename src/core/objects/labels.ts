/** The labels, names and references that say what belongs to a workspace. */
import { KINDS, refTo, typeOf } from './kinds.ts'
import type { KubeObject, ObjectRef, OwnerReference } from './kube-object.ts'

const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'kaito' } as const

export const WORKSPACE_LABEL = 'kaito.sh/workspace'

export function rootName(objectName: string): string {
  return `${objectName}-kaito`
}

export function rootRef(objectName: string, namespace: string): ObjectRef {
  return refTo(KINDS.configMap, rootName(objectName), namespace)
}

/** Labels that every object of a workspace carries. */
export function workspaceLabels(objectName: string, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'kaito',
    'app.kubernetes.io/instance': objectName,
    ...MANAGED_BY,
    'app.kubernetes.io/component': component,
    [WORKSPACE_LABEL]: objectName,
  }
}

/** The reference by which members name their root. */
export function ownerReferenceTo(root: KubeObject): OwnerReference | undefined {
  const { name, uid } = root.metadata
  return uid === undefined ? undefined : { ...typeOf(KINDS.configMap), name, uid }
}

export function leaseName(objectName: string): string {
  return `${objectName}-kaito`
}
