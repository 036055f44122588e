/** What keeps the pods of a workspace from one of the user's own nodes. */

import { formatTaint } from '../cloud/cloud-traits.ts'
import { WORKSPACE_LABEL, withoutReserved } from '../objects/labels.ts'
import type { NodeFact } from './facts.ts'
import { barringTaints, type Toleration } from './tolerations.ts'

/** What of the workspace decides which nodes take its pods. */
export interface Wanted {
  selector: Readonly<Record<string, string>>
  objectName: string
  tolerations: readonly Toleration[]
}

/** Why a node cannot take the pods; undefined when it can. */
export function obstacleOf(
  { isReady, gpus, taints, labels }: NodeFact,
  { selector, objectName, tolerations }: Wanted,
): string | undefined {
  if (gpus === 0) return 'it announces no nvidia.com/gpu'
  if (!isReady) return 'it is not Ready'
  const [taint] = barringTaints(taints, tolerations)
  if (taint !== undefined) return `it has the taint ${formatTaint(taint)}`
  const owner = labels[WORKSPACE_LABEL] ?? objectName
  if (owner !== objectName) return `it belongs to workspace ${owner}`
  const missing = Object.entries(withoutReserved(selector)).find(([key, value]) => labels[key] !== value)
  return missing === undefined ? undefined : `it has no label ${missing.join('=')}`
}
