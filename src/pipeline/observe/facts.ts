/** What the cluster says, gathered before planning: one round of parallel reads, nothing written. */

import type { CloudCluster, CloudPort } from '#clouds/cloud.ts'
import { detectCloud } from '#core/cloud/detect.ts'
import type { EventBody } from '#core/events.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import type { Target } from '#core/results.ts'
import type { RootState } from '#core/state/root.ts'
import { nodeFacts } from '#core/status/nodes.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Ports } from '../ports.ts'
import { readConfig } from './engine-config.ts'
import { ifPermitted } from './if-permitted.ts'
import { openCloud, type Placement, readClusterUid, targetOf } from './target.ts'

export interface Facts {
  plan: PlanFacts
  target: Target
  cloud: CloudPort | undefined
  cluster: CloudCluster | undefined
  root: { object: KubeObject; state: RootState } | undefined
}

/** The part of a request that says what to look at. */
interface Asked {
  spec: WorkspaceSpec
  placement: Placement
  companions: readonly KubeObject[]
}

/** Reads nodes, the root and the cloud's view of the cluster. */
export async function gatherFacts(
  { spec, placement, companions }: Asked,
  root: Facts['root'],
  ports: Ports,
): Promise<Facts> {
  const { kube, signal } = ports
  const { namespace } = placement
  const objectName = objectNameFor(spec.name, ports.engines)
  // On one's own nodes nothing outside the namespace is needed, only good to know.
  const optional = <T>(read: Promise<T>): Promise<T | undefined> => (placement.ownNodes ? ifPermitted(read) : read)
  const [clusterUid = 'unknown', visible, engineConfig] = await Promise.all([
    optional(readClusterUid(ports)),
    optional(kube.list(KINDS.node, { signal })),
    readConfig(spec, namespace, companions, ports),
  ])
  const nodes = visible ?? []
  const providerIds = nodeFacts(nodes, []).map((node) => node.providerId)
  const cloudId = placement.cloud ?? detectCloud(providerIds, ports.catalog.clouds)
  const ownNodes = placement.ownNodes || cloudId === undefined
  const taking = ownNodes ? await optional(kube.list(KINDS.pod, { signal })) : []
  if (taking === undefined && visible !== undefined) ports.emit(uncounted())
  const cloud = ownNodes ? undefined : await openCloud(cloudId, providerIds, placement, ports)
  const cluster = await cloud?.describeCluster(signal)
  const plan: PlanFacts = {
    namespace,
    cloud: cloudId,
    ownNodes,
    nodes: nodeFacts(nodes, taking ?? [], objectName),
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
