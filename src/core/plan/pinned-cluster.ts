/** A workspace file may say which cluster it is meant for: then it goes nowhere else. */

import { advice, setting } from '../advice.ts'
import { KaitoError } from '../errors.ts'
import { ANNOTATIONS } from '../workspace/annotations.ts'
import type { WorkspaceSpec } from '../workspace/spec.ts'

export function isPinned(spec: WorkspaceSpec): boolean {
  return spec.annotations[ANNOTATIONS.cluster] !== undefined
}

/**
 * Throws PREFLIGHT_REFUSED when the spec pins another cluster.
 * @param names of this cluster: context, server, UID of kube-system, and the cloud's names of it.
 */
export function refuseOtherCluster(spec: WorkspaceSpec, names: readonly string[]): void {
  const wanted = spec.annotations[ANNOTATIONS.cluster]
  if (wanted === undefined || names.some((name) => name.toLowerCase() === wanted.toLowerCase())) return
  const [context = '', server = ''] = names
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `Workspace ${spec.name} is pinned to cluster "${wanted}", and this is context ${context} (${server}).`,
    details: names.map((name) => `this cluster is also called ${name}`).slice(2),
    hint: advice`Choose the other cluster with ${setting('context', 'NAME')}, or change the annotation ${ANNOTATIONS.cluster}.`,
    resource: { kind: 'Workspace', name: spec.name },
  })
}
