/** The revisions that a workspace has. */

import { KINDS, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { componentSelector, revisionNumber } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'

/** Older ones are deleted. */
export const KEPT_REVISIONS = 10

/** The revisions of a workspace, oldest first. */
export async function listRevisions(objectName: string, namespace: string, ports: Ports): Promise<KubeObject[]> {
  const labelSelector = componentSelector('revision', objectName)
  const found = await ports.kube.list(kindIn(KINDS.configMap, namespace), { signal: ports.signal, labelSelector })
  return found.sort((a, b) => revisionNumber(a) - revisionNumber(b))
}
