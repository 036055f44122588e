/** The picture of a workspace as the status that people and machines read. */
import type { Command } from '../advice.ts'
import { refOf } from '../objects/kube-object.ts'
import { endpointUrl, revisionNumber } from '../objects/labels.ts'
import { phaseOf } from './chain.ts'
import { computeStatus } from './compute.ts'
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
  return {
    ...(apiKeySecret === undefined ? {} : { apiKeySecret }),
    model: name ?? modelId,
    servedModelName,
    chat,
    ...(instanceType === undefined ? {} : { instanceType }),
  }
}

function priceOf(seen: Snapshot, { usdPerHour }: Known): number | undefined {
  if (usdPerHour === undefined || seen.pool.kind === 'none' || seen.pool.kind === 'absent') return undefined
  return usdPerHour * Math.max(seen.root?.state.pool?.request.count ?? 1, seen.nodes.length)
}
