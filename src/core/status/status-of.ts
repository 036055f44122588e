/** The picture of a workspace as the status that people and machines read. */
import type { Command } from '../advice.ts'
import { refOf } from '../objects/kube-object.ts'
import { endpointUrl, isNodeIn, revisionNumber } from '../objects/labels.ts'
import { phaseOf } from './chain.ts'
import { computeStatus } from './compute.ts'
import { leavingOf } from './move/story.ts'
import { isNodeReady, nodeGpus } from './nodes.ts'
import { isPodReady } from './rollout.ts'
import { type Snapshot, wantedReplicas } from './snapshot.ts'
import type { WorkspaceStatus } from './workspace-status.ts'

/** What the catalogue says of it. */
export interface Known {
  /** Of the model. */
  name: string | undefined
  /** Of one machine of its pool. */
  usdPerHour: number | undefined
  /** Of one machine of a pool that it moves away from. */
  usdPerHourOf(instanceType: string): number | undefined
}

/** @param deleteCommand to copy. */
export function statusOf(seen: Snapshot, now: Date, known: Known, deleteCommand: Command): WorkspaceStatus {
  const objects = [...(seen.worker === undefined ? [] : [seen.worker]), ...seen.services, ...seen.pods]
  const status: WorkspaceStatus = {
    workspace: seen.name,
    namespace: seen.namespace,
    ...phaseOf(seen, now, deleteCommand),
    replicas: { wanted: wantedReplicas(seen), ready: seen.pods.filter(isPodReady).length },
    objects: objects.map((object) => ({ ref: refOf(object), status: computeStatus(object) })),
    nodes: seen.nodes.map((n) => ({ name: n.metadata.name, ready: isNodeReady(n), gpus: nodeGpus(n) })),
    ...served(seen, known),
    ...(seen.work.answers && seen.services.length > 0 ? { url: endpointUrl(seen.name, seen.namespace) } : {}),
  }
  const fullName = seen.root?.state.spec.name
  if (fullName !== undefined && fullName !== seen.name) status.fullName = fullName
  const price = priceOf(seen, known)
  if (price !== undefined) status.usdPerHour = price
  const leaving = leavingOf(seen)
  if (leaving.length > 0) status.leaving = leaving
  if (seen.pool.kind === 'there') status.pool = seen.pool.pool
  const revision = Math.max(0, ...seen.revisions.map(revisionNumber))
  if (revision > 0) status.revision = revision
  const born = seen.root?.object.metadata.creationTimestamp
  if (born !== undefined) status.ageSeconds = Math.max(0, Math.round((now.getTime() - Date.parse(born)) / 1000))
  return status
}

function served({ root }: Snapshot, { name }: Known): Partial<WorkspaceStatus> {
  if (root === undefined) return {}
  const { modelId, servedModelName, chat, apiKeySecret, instanceType } = root.state.lock
  const { found } = root.state.chosen ?? {}
  return {
    ...(apiKeySecret === undefined ? {} : { apiKeySecret }),
    model: name ?? modelId,
    servedModelName,
    chat,
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(found === undefined ? {} : { foundContext: found }),
  }
}

/** Of all machines that bill; undefined where the price of one is not known. */
function priceOf(seen: Snapshot, known: Known): number | undefined {
  const left = leavingOf(seen).map(({ instanceType, nodes }) => times(known.usdPerHourOf(instanceType), nodes))
  const { kind } = seen.pool
  const own = kind === 'none' || kind === 'absent' ? [] : [times(known.usdPerHour, machinesOf(seen))]
  const prices = [...own, ...left]
  const all = prices.filter((price) => price !== undefined)
  return all.length === 0 || all.length < prices.length ? undefined : all.reduce((sum, price) => sum + price, 0)
}

function machinesOf({ root, nodes }: Snapshot): number {
  const pool = root?.state.pool?.request
  const joined = pool === undefined ? nodes : nodes.filter((node) => isNodeIn(node, pool))
  return Math.max(pool?.count ?? 1, joined.length)
}

function times(price: number | undefined, count: number): number | undefined {
  return price === undefined ? undefined : price * count
}
