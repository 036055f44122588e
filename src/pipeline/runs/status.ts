/** How are the workspaces? Read from the cluster in a handful of lists; `--deep` asks the endpoint again. */
import { KaitoError } from '#core/errors.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { WORKSPACE_LABEL } from '#core/objects/labels.ts'
import type { Target } from '#core/results.ts'
import { type RootState, readRoot } from '#core/state/root.ts'
import { atWork, judgeStanding, type PoolFact } from '#core/status/before-rollout.ts'
import { computeStatus } from '#core/status/compute.ts'
import { isNodeReady, nodeGpus } from '#core/status/nodes.ts'
import { isPodReady, judgeRollout } from '#core/status/rollout.ts'
import type { Verification, WorkspaceStatus } from '#core/status/workspace-status.ts'
import { readAccess } from '../observe/api-key.ts'
import { createLogReader } from '../observe/crash-logs.ts'
import { readPoolFact } from '../observe/node-pool.ts'
import { revisionNumber } from '../observe/revisions.ts'
import { readRun } from '../observe/run.ts'
import { readShelf, type Shelf, shelfOf } from '../observe/snapshot.ts'
import { targetOf } from '../observe/target.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import { evidenceFor, readWaiting, type Waiting } from '../observe/unscheduled.ts'
import type { Ports } from '../ports.ts'
import { idleNodes } from '../prepare/pool-change.ts'
import { ASLEEP, verifyEndpoint } from '../steps/endpoint.ts'
import { enginePorts } from '../use/address.ts'
import { deleteCommand } from './left-behind.ts'

export interface StatusRequest {
  /** Undefined: every namespace. */
  namespace: string | undefined
  /** Undefined: every workspace. */
  objectName: string | undefined
  deep: boolean
}

export interface StatusAnswer {
  target: Target
  workspaces: WorkspaceStatus[]
}

export async function readStatus(request: StatusRequest, ports: Ports): Promise<StatusAnswer> {
  const shelf = await readShelf(request, ports)
  const workspaces = shelf.roots.flatMap((root) => {
    const state = readRoot(root)
    return state === undefined ? [] : [{ root, state }]
  })
  if (request.objectName !== undefined && workspaces.length === 0) {
    throw await unknownWorkspace(request.objectName, request.namespace, ports)
  }
  const waiting = await readWaiting(shelf.pods, request.namespace, ports)
  const statuses = await Promise.all(
    workspaces.map(async ({ root, state }) => {
      const own = shelfOf(shelf, root)
      const status = await statusOf(root, state, { ...own, waiting }, ports)
      if (request.deep) await deepen(status, state, own, ports)
      return status
    }),
  )
  return { target: targetOf(request.namespace ?? '(all)', undefined, undefined, ports), workspaces: statuses }
}

type Judged = Shelf & { waiting: Waiting }

async function statusOf(root: KubeObject, state: RootState, own: Judged, ports: Ports): Promise<WorkspaceStatus> {
  const workspace = root.metadata.labels?.[WORKSPACE_LABEL] ?? ''
  const namespace = root.metadata.namespace ?? ''
  const wanted = wantedOf(own.deployments[0])
  const { fact, ...judged } = await judge({ workspace, namespace, wanted }, own, state, ports)
  const objects = [...own.deployments, ...own.services, ...own.pods]
  const model = ports.catalog.models.find(state.lock.modelId)
  const { pool } = state
  const { instanceType } = state.lock
  const sku = instanceType && pool ? ports.catalog.machines.find(instanceType, pool.cloud) : undefined
  const asked = pool?.request.count ?? 1
  const price = sku?.usdPerHour === undefined ? undefined : sku.usdPerHour * Math.max(asked, own.nodes.length)
  if (pool !== undefined) tellIdleNodes(pool.name, own, asked, sku?.usdPerHour, ports)
  const status: WorkspaceStatus = {
    workspace,
    namespace,
    ...judged,
    replicas: { wanted, ready: own.pods.filter(isPodReady).length },
    objects: objects.map((object) => ({ ref: refOf(object), status: computeStatus(object) })),
    nodes: own.nodes.map((n) => ({ name: n.metadata.name, ready: isNodeReady(n), gpus: nodeGpus(n) })),
  }
  const { servedModelName, chat } = state.lock
  if (state.lock.apiKeySecret !== undefined) status.apiKeySecret = state.lock.apiKeySecret
  Object.assign(status, { model: model?.name ?? state.lock.modelId, servedModelName, chat })
  if (state.lock.instanceType !== undefined) status.instanceType = state.lock.instanceType
  if (price !== undefined && fact.kind !== 'none' && fact.kind !== 'absent') status.usdPerHour = price
  if (fact.kind === 'there') status.pool = fact.pool
  const revision = Math.max(0, ...own.revisions.map(revisionNumber))
  if (revision > 0) status.revision = revision
  const born = root.metadata.creationTimestamp
  if (born !== undefined)
    status.ageSeconds = Math.max(0, Math.round((ports.clock.now().getTime() - Date.parse(born)) / 1000))
  return status
}

/** What holds a pod is not idle, whoever has asked for the pod. */
function tellIdleNodes(name: string, own: Shelf, asked: number, usdPerHour: number | undefined, ports: Ports): void {
  const used = new Set(own.pods.flatMap((pod) => (pod as { spec?: { nodeName?: string } }).spec?.nodeName ?? []))
  for (const warning of idleNodes(name, own.nodes.length, Math.max(asked, used.size), usdPerHour))
    ports.emit({ type: 'warning', phase: 'watch', ...warning })
}

type Phase = Pick<WorkspaceStatus, 'phase' | 'message'>

/** What the objects say, and where they are not all of it, the run and the node pool. */
async function judge(
  { workspace, namespace, wanted }: { workspace: string; namespace: string; wanted: number },
  own: Judged,
  state: RootState,
  ports: Ports,
): Promise<Phase & { fact: PoolFact }> {
  const told = await phaseOf(own, state, wanted, ports)
  if (told?.phase === 'Ready') return { ...told, fact: { kind: state.pool === undefined ? 'none' : 'joined' } }
  const [run, fact] = await Promise.all([
    readRun(workspace, namespace, ports),
    readPoolFact(state.pool, own.nodes, ports),
  ])
  if (told === undefined) {
    const target = targetOf(namespace, undefined, undefined, ports)
    const [pool, wasApplied] = [state.pool?.request, state.setHash !== undefined]
    const standing = { run, fact, pool, nodes: own.nodes, wasApplied, deleteCommand: deleteCommand(workspace, target) }
    return { ...judgeStanding(standing), fact }
  }
  const busy = atWork(run)
  if (busy === undefined) return { ...told, fact }
  if (run !== 'none' && run !== 'hidden' && run.verb === 'delete') return { phase: 'Progressing', message: busy, fact }
  return { phase: told.phase, message: `${told.message}; ${busy}`, fact }
}

/** Undefined: there is no Deployment, or soon none. */
async function phaseOf(own: Judged, state: RootState, wanted: number, ports: Ports): Promise<Phase | undefined> {
  const [deployment] = own.deployments
  if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return undefined
  if (wanted === 0) return { phase: 'Stopped', message: 'scaled to 0' }
  const { replicaSets, pods, slices } = own
  const crashLogs = new Map<string, string>()
  await createLogReader(crashLogs, ports, ports.signal)(pods.filter((pod) => !isPodReady(pod)))
  const evidence = evidenceFor(pods, state.pool === undefined, own.waiting, ports)
  const verdict = judgeRollout({ deployment, replicaSets, pods, slices, crashLogs, ...evidence }, wanted)
  if (verdict.verdict === 'ready') return { phase: 'Ready', message: 'every replica is Ready behind the Service' }
  return { phase: verdict.verdict === 'hopeless' ? 'Failed' : 'Progressing', message: verdict.message }
}

function wantedOf(deployment: KubeObject | undefined): number {
  return (deployment as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? 0
}

async function deepen(status: WorkspaceStatus, state: RootState, own: Shelf, ports: Ports): Promise<void> {
  const { servedModelName } = state.lock
  const pods = own.pods.filter(isPodReady).map(refOf)
  if (status.phase === 'Stopped') {
    status.verifications = [ASLEEP]
    return
  }
  if (pods.length === 0) {
    status.verifications = [{ check: 'replicas', outcome: 'failed', detail: 'no pod is Ready' }]
    return
  }
  const { workspace: objectName, namespace } = status
  const where = enginePorts([...own.services, ...own.deployments])
  const access = await readAccess(state.lock.apiKeySecret, namespace, ports)
  try {
    status.verifications = await verifyEndpoint(
      { objectName, namespace, servedModelName, pods, access, ...where },
      ports,
    )
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
