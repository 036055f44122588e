/** What stands beside a workspace in the same input. */
import type { KubeObject } from '../objects/kube-object.ts'

/**
 * The object that pods of the namespace read by this name: they read no other namespace, and what names none goes there.
 * @param namespace undefined: not known yet.
 */
export function besideWorkspace(
  companions: readonly KubeObject[],
  kind: string,
  name: string | undefined,
  namespace: string | undefined,
): KubeObject | undefined {
  return companions.find(
    (one) => one.kind === kind && one.metadata.name === name && isReachable(one.metadata.namespace, namespace),
  )
}

export function isReachable(from: string | undefined, namespace: string | undefined): boolean {
  return from === undefined || namespace === undefined || from === namespace
}
