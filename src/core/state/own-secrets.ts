/** Secrets that kaito makes for a workspace. The root owns them; values never enter a plan, a root or a revision. */
import { KINDS, refTo, typeOf } from '../objects/kinds.ts'
import type { KubeObject, ObjectRef } from '../objects/kube-object.ts'
import { workspaceLabels } from '../objects/labels.ts'

export const API_KEY_KEY = 'API_KEY'

/** One value under one key, base64 as the API server answers, so that the same value is no change. */
export function renderSecret(
  objectName: string,
  { name, namespace, key, value }: { name: string; namespace: string; key: string; value: string },
): KubeObject {
  return {
    ...typeOf(KINDS.secret),
    metadata: { name, namespace, labels: workspaceLabels(objectName, 'secret') },
    type: 'Opaque',
    data: { [key]: btoa(value) },
  }
}

/** The value under a key of a Secret that was read; undefined when there is none. */
export function secretValue(secret: KubeObject | undefined, key: string): string | undefined {
  const value = (secret?.['data'] as Record<string, string> | undefined)?.[key]
  return value === undefined ? undefined : atob(value)
}

/** What a root says that kaito made. */
export function generatedRefs(
  lock: { hubTokenSecret?: string; apiKeySecret?: string },
  namespace: string,
): ObjectRef[] {
  return [lock.hubTokenSecret, lock.apiKeySecret]
    .filter((name) => name !== undefined)
    .map((name) => refTo(KINDS.secret, name, namespace))
}
