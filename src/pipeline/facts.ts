/** What the cluster says, gathered before planning: one round of parallel reads, nothing written. */
import type { CloudCluster, CloudPort } from '#clouds/cloud.ts'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { KubeObject } from '#core/kube-object.ts'
import type { CloudId } from '#core/node-pool.ts'
import type { PlanFacts } from '#core/plan/types.ts'
import type { Target } from '#core/results.ts'
import { type RootState, readRoot, rootRef } from '#core/state/root.ts'
import { detectCloud, nodeFacts } from '#core/status/nodes.ts'
import { readEngineConfig } from '#core/workspace/engine-config.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { Scalar, WorkspaceSpec } from '#core/workspace/spec.ts'
import { ifPermitted } from './permitted.ts'
import type { Ports } from './ports.ts'

/** What flags say about where things are. */
export interface Placement {
  namespace: string
  /** --cloud */
  cloud?: CloudId
  /** --byo */
  ownNodes: boolean
  /** --cluster-resource */
  clusterResource?: string
}

export interface Facts {
  plan: PlanFacts
  target: Target
  cloud: CloudPort | undefined
  cluster: CloudCluster | undefined
  root: { object: KubeObject; state: RootState } | undefined
}

/** Reads nodes, the root and the cloud's view of the cluster. */
export async function gatherFacts(
  spec: WorkspaceSpec,
  placement: Placement,
  companions: readonly KubeObject[],
  ports: Ports,
): Promise<Facts> {
  const { kube, signal } = ports
  const { namespace } = placement
  // On one's own nodes nothing outside the namespace is needed, only good to know.
  const optional = <T>(read: Promise<T>): Promise<T | undefined> => (placement.ownNodes ? ifPermitted(read) : read)
  const [clusterUid = 'unknown', visible, root, engineConfig] = await Promise.all([
    optional(readClusterUid(ports)),
    optional(kube.list({ apiVersion: 'v1', kind: 'Node' }, { signal })),
    findRoot(objectNameFor(spec.name), namespace, ports),
    readConfig(spec, namespace, companions, ports),
  ])
  const nodes = visible ?? []
  const providerIds = nodeFacts(nodes, []).map((node) => node.providerId)
  const cloudId = placement.cloud ?? detectCloud(providerIds)
  const ownNodes = placement.ownNodes || cloudId === undefined
  const taking = ownNodes ? await optional(kube.list({ apiVersion: 'v1', kind: 'Pod' }, { signal })) : []
  if (taking === undefined && visible !== undefined) ports.emit(uncounted())
  const cloud = ownNodes ? undefined : await openCloud(cloudId, providerIds, placement, ports)
  const cluster = await cloud?.describeCluster(signal)
  const plan: PlanFacts = {
    namespace,
    cloud: cloudId,
    ownNodes,
    nodes: nodeFacts(nodes, taking ?? [], objectNameFor(spec.name)),
    nodesHidden: visible === undefined,
    isOffline: false,
    clusterUid,
    engineConfig,
    ...(root === undefined ? {} : { lock: root.state.lock }),
  }
  return { plan, target: targetOf(namespace, cloudId, cluster, ports), cloud, cluster, root }
}

function uncounted(): EventBody {
  const message = 'This identity may not list pods of all namespaces: which GPUs are taken already is not known.'
  return { type: 'warning', phase: 'plan', code: 'gpus-not-counted', message }
}

/** Every name under which this cluster may be pinned. */
export function clusterNames(
  { context, server }: Target,
  clusterUid: string,
  cluster: CloudCluster | undefined,
): string[] {
  return [
    context,
    server,
    clusterUid,
    ...(cluster === undefined ? [] : [cluster.name, `${cluster.account} / ${cluster.name}`]),
  ]
}

export function openCloud(
  cloud: CloudId | undefined,
  providerIds: readonly string[],
  placement: Pick<Placement, 'clusterResource'>,
  ports: Ports,
): Promise<CloudPort | undefined> {
  if (cloud === undefined) return Promise.resolve(undefined)
  const { clusterResource } = placement
  return ports.openCloud(
    clusterResource === undefined ? { cloud, providerIds } : { cloud, providerIds, clusterResource },
  )
}

/** The kube-system namespace lives as long as the cluster does: its UID names the cluster. */
export async function readClusterUid(ports: Ports): Promise<string> {
  const system = await ports.kube.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, ports.signal)
  return system?.metadata.uid ?? 'unknown'
}

/** The root of a workspace. CONFLICT when a ConfigMap of that name is somebody else's. */
export async function findRoot(objectName: string, namespace: string, ports: Ports): Promise<Facts['root']> {
  const ref = rootRef(objectName, namespace)
  const object = await ports.kube.get(ref, ports.signal)
  if (object === undefined) return undefined
  const state = readRoot(object)
  if (state !== undefined) return { object, state }
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'plan',
    message: `ConfigMap/${ref.name} in namespace ${namespace} exists, but it is not the root of a workspace.`,
    hint: `Give the workspace another name (--name), or look at it first: kubectl get configmap ${ref.name} -n ${namespace} -o yaml`,
    resource: { kind: 'ConfigMap', name: ref.name, namespace },
  })
}

export function targetOf(
  namespace: string,
  cloud: CloudId | undefined,
  cluster: CloudCluster | undefined,
  ports: Ports,
): Target {
  const { context, server, simulated } = ports.kube.identity()
  const target: Target = { context, server, namespace, isOffline: false }
  if (simulated !== undefined) target.isSimulated = true
  if (cloud !== undefined) target.cloud = cloud
  if (cluster !== undefined) target.account = `${cluster.account} / ${cluster.name}`
  return target
}

/** Before a change: where it is going to be made. */
export function announceTarget({ context, server, namespace, cloud, account }: Target, ports: Ports): void {
  ports.emit({
    type: 'target',
    phase: 'plan',
    context,
    server,
    namespace,
    ...(cloud === undefined ? {} : { cloud }),
    ...(account === undefined ? {} : { account }),
  })
}

async function readConfig(
  spec: WorkspaceSpec,
  namespace: string,
  companions: readonly KubeObject[],
  ports: Ports,
): Promise<Record<string, Scalar>> {
  const name = spec.inference?.config
  if (name === undefined) return {}
  const beside = companions.find((c) => c.kind === 'ConfigMap' && c.metadata.name === name)
  const config =
    beside ?? (await ports.kube.get({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace }, ports.signal))
  if (config === undefined) {
    throw new KaitoError({
      code: 'PREFLIGHT_REFUSED',
      phase: 'plan',
      message: `inference.config names ConfigMap ${name}, which is neither in the input nor in namespace ${namespace}.`,
      hint: `Put the ConfigMap in the same file, or create it: kubectl create configmap ${name} -n ${namespace} --from-file=inference_config.yaml`,
      resource: { kind: 'ConfigMap', name, namespace },
    })
  }
  const { vllm, problems } = readEngineConfig(config)
  const errors = problems.filter((p) => p.severity === 'error')
  if (errors.length === 0) return vllm
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'spec',
    message: `ConfigMap/${name} does not hold a usable inference_config.yaml.`,
    details: errors.map((p) => p.message),
    hint: `Mend the ConfigMap, then run the same command again: kubectl edit configmap ${name} -n ${namespace}`,
    resource: { kind: 'ConfigMap', name, namespace },
  })
}
