/** How are the workspaces? Read from the cluster in a handful of lists; `--deep` asks the endpoint again. */
import { KaitoError } from '#core/errors.ts'
import { refOf } from '#core/objects/kube-object.ts'
import type { LabelSelector } from '#core/objects/label-selector.ts'
import { isNodeIn } from '#core/objects/labels.ts'
import { EVERY_NAMESPACE, type Target } from '#core/results.ts'
import { isPodReady } from '#core/status/rollout.ts'
import { type Snapshot, wantedReplicas } from '#core/status/snapshot.ts'
import { type Known, statusOf } from '#core/status/status-of.ts'
import type { Verification, WorkspaceStatus } from '#core/status/workspace-status.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { readAccess } from '../observe/api-key.ts'
import { readSnapshots } from '../observe/snapshot.ts'
import { targetOf } from '../observe/target.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import type { Ports } from '../ports.ts'
import { idleNodes } from '../prepare/pool-change.ts'
import { endpointStep, verificationsOf } from '../steps/endpoint.ts'
import type { VerifyTarget } from '../steps/questions.ts'
import { enginePorts } from '../use/address.ts'
import { drive } from './drive.ts'
import { deleteCommand } from './left-behind.ts'

export interface StatusRequest {
  /** Undefined: every namespace. */
  namespace: string | undefined
  /** Undefined: every workspace. */
  objectName: string | undefined
  deep: boolean
  /** Only those whose labels it holds for. */
  selector?: LabelSelector | undefined
}

export interface StatusAnswer {
  target: Target
  workspaces: WorkspaceStatus[]
}

export async function readStatus(request: StatusRequest, ports: Ports): Promise<StatusAnswer> {
  return answerFrom(await readSnapshots(request, ports), request, ports)
}

export async function answerFrom(
  seen: readonly Snapshot[],
  { namespace, objectName, deep, selector }: StatusRequest,
  ports: Ports,
): Promise<StatusAnswer> {
  if (objectName !== undefined && seen.length === 0) throw await unknownWorkspace(objectName, namespace, ports)
  const selected = selector === undefined ? seen : seen.filter((each) => selector(labelsOf(each)))
  const workspaces = selected.map(async (each) => {
    const known = knownOf(each, ports)
    tellIdleNodes(each, known, ports)
    const status = statusOf(each, ports.clock.now(), known, deleteCommand(each.name, each.namespace))
    if (deep) await deepen(status, each, ports)
    return status
  })
  return {
    target: targetOf(namespace ?? EVERY_NAMESPACE, undefined, undefined, ports),
    workspaces: await Promise.all(workspaces),
  }
}

/** Those of its file, and those of its objects. */
function labelsOf({ root }: Snapshot): Record<string, string> {
  return { ...root?.state.spec.labels, ...root?.object.metadata.labels }
}

function knownOf({ root }: Snapshot, { catalog }: Ports): Known {
  const { lock, pool } = root?.state ?? {}
  const machine =
    lock?.instanceType === undefined || pool === undefined
      ? undefined
      : catalog.machines.find(lock.instanceType, pool.cloud)
  return {
    name: lock === undefined ? undefined : catalog.models.find(lock.modelId)?.name,
    usdPerHour: machine?.usdPerHour,
    usdPerHourOf: (instanceType) => catalog.machines.find(instanceType, pool?.cloud)?.usdPerHour,
  }
}

/** What holds a pod is not idle, whoever has asked for the pod. */
function tellIdleNodes(seen: Snapshot, { usdPerHour }: Known, ports: Ports): void {
  const pool = seen.root?.state.pool
  if (pool === undefined) return
  const used = new Set(seen.pods.flatMap((pod) => (pod as { spec?: { nodeName?: string } }).spec?.nodeName ?? []))
  const needed = Math.max(pool.request.count, used.size)
  const there = seen.nodes.filter((node) => isNodeIn(node, pool.request)).length
  const idle = { pool: pool.name, there, needed, usdPerHour }
  const about = { workspace: seen.name, namespace: seen.namespace, replicas: wantedReplicas(seen) }
  for (const warning of idleNodes(idle, about)) ports.emit({ type: 'warning', phase: 'watch', ...warning })
}

async function deepen(status: WorkspaceStatus, seen: Snapshot, ports: Ports): Promise<void> {
  if (status.phase !== 'Stopped' && !seen.pods.some(isPodReady)) {
    status.verifications = [{ check: 'replicas', outcome: 'failed', detail: 'no pod is Ready' }]
    return
  }
  const ask = async () => (status.phase === 'Stopped' ? undefined : targetOfSeen(seen, ports))
  try {
    const steps = [endpointStep(ask, { needs: [] })]
    status.verifications = verificationsOf(await drive(steps, { look: async () => seen }, ports))
  } catch (error) {
    if (!(error instanceof KaitoError) || error.phase !== 'verify') throw error
    const failed: Verification = {
      check: 'completion',
      outcome: 'failed',
      detail: `${error.message} ${error.reason ?? ''}`.trim(),
    }
    status.verifications = [failed]
    Object.assign(status, { phase: 'Failed', message: error.message })
  }
}

/** What is to be asked of a workspace as it was seen. */
export async function targetOfSeen(seen: Snapshot, ports: Ports): Promise<VerifyTarget | 'none'> {
  if (!seen.work.answers) return 'none'
  const { name: objectName, namespace, root, worker, services } = seen
  const { servedModelName = '', apiKeySecret } = root?.state.lock ?? {}
  const engine = engineServing(root?.state.spec.annotations, ports.engines)
  return {
    objectName,
    namespace,
    servedModelName,
    pods: seen.pods.filter(isPodReady).map(refOf),
    access: await readAccess(apiKeySecret, namespace, ports),
    ...enginePorts([...services, ...(worker === undefined ? [] : [worker])], engine),
  }
}
