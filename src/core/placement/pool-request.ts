/** The node pool that a plan asks for. */

import { createHash } from 'node:crypto'
import type { EngineImage, ModelPreset } from '../catalog/schema.ts'
import { type CloudTraits, isSystemLabel } from '../cloud/cloud-traits.ts'
import type { NodePoolRequest, PoolOwner } from '../cloud/node-pool.ts'
import { canonicalJson } from '../objects/canonical-json.ts'
import { nodeLabels, ownPoolLabels, ownPoolLabelsIn, withoutReserved } from '../objects/labels.ts'

const LEAST_DISK_GIB = 128

/** To read, and to tell apart. */
const [LETTERS, DIGITS] = [5, 7]

/** A pool that a workspace has, or that an earlier run has begun to make. */
export type KeptPool = Pick<NodePoolRequest, 'name' | 'instanceType' | 'labels'>

/**
 * The pool with these machines. The first one of a workspace is named by its owner alone. One that the workspace moves to stands
 * beside the one before for a while: it is named by its machines, too, and its nodes say which pool they are of.
 * @param kept pools that there are: one with the same machines is the same pool.
 */
export function poolWith(
  instanceType: string,
  owner: PoolOwner,
  kept: readonly KeptPool[],
  cloud: Pick<CloudTraits, 'poolName'>,
): Pick<NodePoolRequest, 'name' | 'labels'> {
  const type = instanceType.toLowerCase()
  const same = kept.find((pool) => pool.instanceType.toLowerCase() === type)
  if (same !== undefined) return { name: same.name, labels: ownPoolLabelsIn(same.labels) }
  if (kept.length === 0) return { name: poolNameFor(owner, cloud), labels: {} }
  const name = poolNameFor(owner, cloud, type)
  return { name, labels: ownPoolLabels(name) }
}

/**
 * The pool's name: the same for the same owner for ever, and other for every other owner. Small letters and digits, the
 * first one a letter, are what every cloud takes so far.
 * @param machine of a pool that is not the owner's first one.
 */
export function poolNameFor(owner: PoolOwner, { poolName }: Pick<CloudTraits, 'poolName'>, machine?: string): string {
  const letters = owner.workspace
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^[0-9]+/, '')
  const digest = createHash('sha256')
    .update(
      JSON.stringify([owner.clusterUid, owner.namespace, owner.workspace, ...(machine === undefined ? [] : [machine])]),
    )
    .digest()
  const tail = digest.readBigUInt64BE(0).toString(36).padStart(13, '0').slice(-DIGITS)
  const room = Math.min(LETTERS, poolName.maxLength - DIGITS)
  const name = `${letters.slice(0, room) || 'k'}${tail}`
  if (room > 0 && new RegExp(poolName.pattern).test(name)) return name
  throw new Error(`${name} is no name of a pool there: ${poolName.pattern}, ${poolName.maxLength} characters`)
}

/** The unpacked image and half of it again while it unpacks, the weights, and 80 GiB as upstream; at least 128. */
export function diskGiBFor(model: ModelPreset, image: EngineImage): number {
  return Math.max(LEAST_DISK_GIB, Math.ceil(1.5 * image.diskGiB + model.weightsGiB + 80))
}

/** The selector without what kaito, the cluster or a cloud sets itself; what the latter set is named in `skipped`. */
export function poolLabels(
  selector: Readonly<Record<string, string>>,
  owner: PoolOwner,
  clouds: readonly CloudTraits[],
): { labels: Record<string, string>; skipped: string[] } {
  const given = Object.entries(withoutReserved(selector))
  const skipped = given.filter(([key]) => isSystemLabel(key, clouds)).map(([key]) => key)
  const labels = Object.fromEntries(given.filter(([key]) => !skipped.includes(key)))
  return {
    labels: { ...labels, ...nodeLabels(owner.workspace, owner.namespace) },
    skipped,
  }
}

export function poolRequest(
  name: string,
  owner: PoolOwner,
  machine: { instanceType: string; nodes: number; diskGiB: number },
  labels: Record<string, string>,
  cloud: CloudTraits,
): NodePoolRequest {
  const { instanceType, nodes, diskGiB } = machine
  return {
    name,
    owner,
    instanceType,
    count: nodes,
    diskGiB,
    labels,
    taints: cloud.ourTaints.map((taint) => ({ ...taint })),
  }
}

/** Equal requests have the same: for a cloud that is to know a request again. */
export function fingerprintOf(request: NodePoolRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex')
}
