/** How are the workspaces? Read from the cluster in a handful of lists; `--deep` asks the endpoint again. */
import { KaitoError } from '#core/errors.ts'
import { type KubeObject, refOf } from '#core/kube-object.ts'
import type { Target, Verification, WorkspaceStatus } from '#core/results.ts'
import { type RootState, readRoot, WORKSPACE_LABEL } from '#core/state/root.ts'
import { computeStatus } from '#core/status/compute.ts'
import { isNodeReady, nodeGpus } from '#core/status/nodes.ts'
import { isPodReady, judgeRollout } from '#core/status/rollout.ts'
import { enginePorts } from './address.ts'
import { targetOf } from './facts.ts'
import { readAccess } from './generated.ts'
import { idleNodes } from './live-pool.ts'
import { ifPermitted } from './permitted.ts'
import type { Ports } from './ports.ts'
import { revisionNumber } from './revision.ts'
import { ASLEEP, verifyEndpoint } from './verify.ts'
import { evidenceFor, readWaiting, type Waiting } from './waiting.ts'

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

interface Shelf {
  roots: KubeObject[]
  revisions: KubeObject[]
  deployments: KubeObject[]
  services: KubeObject[]
  replicaSets: KubeObject[]
  pods: KubeObject[]
  slices: KubeObject[]
  nodes: KubeObject[]
}

export async function readStatus(request: StatusRequest, ports: Ports): Promise<StatusAnswer> {
  const shelf = await readShelf(request, ports)
  const workspaces = shelf.roots.flatMap((root) => {
    const state = readRoot(root)
    return state === undefined ? [] : [{ root, state }]
  })
  if (request.objectName !== undefined && workspaces.length === 0) throw unknownWorkspace(request, request.objectName)
  const waiting = await readWaiting(shelf.pods, request.namespace, ports)
  const statuses: WorkspaceStatus[] = []
  for (const { root, state } of workspaces) {
    const own = shelfOf(shelf, root)
    const status = statusOf(root, state, { ...own, waiting }, ports)
    if (request.deep) await deepen(status, state, own, ports)
    statuses.push(status)
  }
  return { target: targetOf(request.namespace ?? '(all)', undefined, undefined, ports), workspaces: statuses }
}

async function readShelf(request: StatusRequest, ports: Ports): Promise<Shelf> {
  const { namespace, objectName } = request
  const own = objectName === undefined ? WORKSPACE_LABEL : `${WORKSPACE_LABEL}=${objectName}`
  const list = (apiVersion: string, kind: string, labelSelector: string): Promise<KubeObject[]> =>
    ports.kube.list(namespace === undefined ? { apiVersion, kind } : { apiVersion, kind, namespace }, {
      signal: ports.signal,
      labelSelector,
    })
  const service = objectName === undefined ? 'kubernetes.io/service-name' : `kubernetes.io/service-name=${objectName}`
  const [maps, deployments, services, replicaSets, pods, slices, nodes = []] = await Promise.all([
    list('v1', 'ConfigMap', `${own},app.kubernetes.io/managed-by=kaito`),
    list('apps/v1', 'Deployment', own),
    list('v1', 'Service', own),
    list('apps/v1', 'ReplicaSet', own),
    list('v1', 'Pod', own),
    list('discovery.k8s.io/v1', 'EndpointSlice', service),
    ifPermitted(ports.kube.list({ apiVersion: 'v1', kind: 'Node' }, { signal: ports.signal, labelSelector: own })),
  ])
  const component = (map: KubeObject): string | undefined => map.metadata.labels?.['app.kubernetes.io/component']
  return {
    roots: maps.filter((map) => component(map) === 'root'),
    revisions: maps.filter((map) => component(map) === 'revision'),
    deployments,
    services,
    replicaSets,
    pods,
    slices,
    nodes,
  }
}

function shelfOf(shelf: Shelf, root: KubeObject): Shelf {
  const name = root.metadata.labels?.[WORKSPACE_LABEL]
  const { namespace } = root.metadata
  const isOwn = (object: KubeObject): boolean =>
    object.metadata.namespace === namespace && object.metadata.labels?.[WORKSPACE_LABEL] === name
  return {
    roots: [root],
    revisions: shelf.revisions.filter(isOwn),
    deployments: shelf.deployments.filter(isOwn),
    services: shelf.services.filter(isOwn),
    replicaSets: shelf.replicaSets.filter(isOwn),
    pods: shelf.pods.filter(isOwn),
    slices: shelf.slices.filter(
      (s) => s.metadata.namespace === namespace && s.metadata.labels?.['kubernetes.io/service-name'] === name,
    ),
    nodes: shelf.nodes.filter(
      (n) =>
        n.metadata.labels?.[WORKSPACE_LABEL] === name &&
        n.metadata.labels?.['kaito.sh/workspacenamespace'] === namespace,
    ),
  }
}

type Judged = Shelf & { waiting: Waiting }

function statusOf(root: KubeObject, state: RootState, own: Judged, ports: Ports): WorkspaceStatus {
  const deployment = own.deployments[0]
  const wanted = (deployment as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? 0
  const objects = [...own.deployments, ...own.services, ...own.pods]
  const model = ports.catalog.models.find((m) => m.modelId === state.lock.modelId)
  const sku = ports.catalog.gpus.find(
    (gpu) => gpu.cloud === state.pool?.cloud && gpu.instanceType === state.lock.instanceType,
  )
  const { pool } = state
  const asked = pool?.request.count ?? 1
  const price = sku?.usdPerHour === undefined ? undefined : sku.usdPerHour * Math.max(asked, own.nodes.length)
  if (pool !== undefined) tellIdleNodes(pool.name, own, asked, sku?.usdPerHour, ports)
  const status: WorkspaceStatus = {
    workspace: root.metadata.labels?.[WORKSPACE_LABEL] ?? '',
    namespace: root.metadata.namespace ?? '',
    ...phaseOf(own, state, wanted, ports),
    replicas: { wanted, ready: own.pods.filter(isPodReady).length },
    objects: objects.map((object) => ({ ref: refOf(object), status: computeStatus(object) })),
    nodes: own.nodes.map((n) => ({ name: n.metadata.name, ready: isNodeReady(n), gpus: nodeGpus(n) })),
  }
  const { servedModelName, chat } = state.lock
  if (state.lock.apiKeySecret !== undefined) status.apiKeySecret = state.lock.apiKeySecret
  Object.assign(status, { model: model?.name ?? state.lock.modelId, servedModelName, chat })
  if (state.lock.instanceType !== undefined) status.instanceType = state.lock.instanceType
  if (price !== undefined && state.pool !== undefined) status.usdPerHour = price
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

function phaseOf(
  own: Judged,
  state: RootState,
  wanted: number,
  ports: Ports,
): Pick<WorkspaceStatus, 'phase' | 'message'> {
  const [deployment] = own.deployments
  if (state.operation !== undefined) return { phase: 'Progressing', message: 'the node pool is being made' }
  if (deployment === undefined) return { phase: 'Progressing', message: 'not applied yet: run the same deploy again' }
  if (wanted === 0) return { phase: 'Stopped', message: 'scaled to 0' }
  const { replicaSets, pods, slices } = own
  const evidence = evidenceFor(pods, state.pool === undefined, own.waiting, ports)
  const verdict = judgeRollout({ deployment, replicaSets, pods, slices, ...evidence }, wanted)
  if (verdict.verdict === 'ready') return { phase: 'Ready', message: 'every replica is Ready behind the Service' }
  return { phase: verdict.verdict === 'hopeless' ? 'Failed' : 'Progressing', message: verdict.message }
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

function unknownWorkspace(request: StatusRequest, name: string): KaitoError {
  const where = request.namespace === undefined ? 'any namespace' : `namespace ${request.namespace}`
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `There is no workspace ${name} in ${where}.`,
    hint: 'List what is there: kaito status -A',
    resource: { kind: 'Workspace', name, ...(request.namespace === undefined ? {} : { namespace: request.namespace }) },
  })
}
