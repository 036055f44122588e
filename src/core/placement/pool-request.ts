/** The node pool that a plan asks for. */

import { createHash } from 'node:crypto'
import type { EngineImage, ModelPreset } from '../catalog/schema.ts'
import { GPU_TAINT, SYSTEM_LABELS } from '../cloud/cloud-traits.ts'
import type { NodePoolRequest, PoolOwner } from '../cloud/node-pool.ts'
import { canonicalJson } from '../objects/canonical-json.ts'
import { nodeLabels, RESERVED_LABELS } from '../objects/labels.ts'

const LEAST_DISK_GIB = 128

/**
 * The pool's name: legal on AKS, which is the strictest (`^[a-z][a-z0-9]{0,11}$`), the same for the same owner for ever,
 * and other for every other owner: five letters to read, seven to tell apart.
 */
export function poolNameFor(owner: PoolOwner): string {
  const letters = owner.workspace
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^[0-9]+/, '')
  const digest = createHash('sha256')
    .update(JSON.stringify([owner.clusterUid, owner.namespace, owner.workspace]))
    .digest()
  const tail = digest.readBigUInt64BE(0).toString(36).padStart(13, '0').slice(-7)
  return `${letters.slice(0, 5) || 'k'}${tail}`
}

/** The unpacked image and half of it again while it unpacks, the weights, and 80 GiB as upstream; at least 128. */
export function diskGiBFor(model: ModelPreset, image: EngineImage): number {
  return Math.max(LEAST_DISK_GIB, Math.ceil(1.5 * image.diskGiB + model.weightsGiB + 80))
}

/** The selector without what kaito or the cluster sets itself; the latter are named in `skipped`. */
export function poolLabels(
  selector: Readonly<Record<string, string>>,
  owner: PoolOwner,
): { labels: Record<string, string>; skipped: string[] } {
  const given = Object.entries(selector).filter(([key]) => !RESERVED_LABELS.test(key))
  const skipped = given.filter(([key]) => SYSTEM_LABELS.test(key)).map(([key]) => key)
  const labels = Object.fromEntries(given.filter(([key]) => !skipped.includes(key)))
  return {
    labels: { ...labels, ...nodeLabels(owner.workspace, owner.namespace) },
    skipped,
  }
}

export function poolRequest(
  owner: PoolOwner,
  machine: { instanceType: string; nodes: number; diskGiB: number },
  labels: Record<string, string>,
): NodePoolRequest {
  const { instanceType, nodes, diskGiB } = machine
  return {
    name: poolNameFor(owner),
    owner,
    instanceType,
    count: nodes,
    diskGiB,
    labels,
    taints: [{ ...GPU_TAINT }],
  }
}

/** Equal requests have the same: for a cloud that is to know a request again. */
export function fingerprintOf(request: NodePoolRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex')
}
