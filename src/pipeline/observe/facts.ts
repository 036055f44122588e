/** What planning needs: a view of the picture before the change, and the cloud around it. */

import type { CloudCluster, CloudPort } from '#clouds/cloud.ts'
import type { EventBody } from '#core/events.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import type { Target } from '#core/results.ts'
import { cloudAround, planFactsOf, providerIdsAround } from '#core/status/before-change.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Ports } from '../ports.ts'
import { pictureBefore, withPods } from './before-change.ts'
import { readConfig } from './engine-config.ts'
import { openCloud, type Placement, targetOf } from './target.ts'

export interface Facts {
  seen: Snapshot
  plan: PlanFacts
  /** What runs the pods, where the root does not tell what was chosen for them. */
  worker?: KubeObject
  target: Target
  cloud: CloudPort | undefined
  cluster: CloudCluster | undefined
}

/** The part of a request that says what to look at. */
interface Asked {
  spec: WorkspaceSpec
  placement: Placement
  companions: readonly KubeObject[]
}

/** Reads nodes and the cloud's view of the cluster. */
export async function gatherFacts(asked: Asked, root: Snapshot['root'], ports: Ports): Promise<Facts> {
  const { spec, placement, companions } = asked
  const { namespace, ownNodes: onOwnNodes = false } = placement
  const key = { name: objectNameFor(spec.name), namespace }
  const [picture, engineConfig] = await Promise.all([
    pictureBefore(key, { root, isNamespaceEnough: () => onOwnNodes }, ports),
    readConfig(spec, namespace, companions, ports),
  ])
  const cloudId = placement.cloud ?? cloudAround(picture, ports.catalog.clouds)
  const ownNodes = onOwnNodes || cloudId === undefined
  const seen = ownNodes ? await withPods(picture, onOwnNodes, ports) : picture
  if (seen.unseen.has('all pods') && !seen.unseen.has('nodes')) ports.emit(uncounted())
  const cloud = ownNodes ? undefined : await openCloud(cloudId, providerIdsAround(seen), placement, ports)
  const cluster = await cloud?.describeCluster(ports.signal)
  const plan = planFactsOf(seen, { cloud: cloudId, ownNodes, engineConfig })
  return { seen, plan, target: targetOf(namespace, cloudId, cluster, ports), cloud, cluster }
}

function uncounted(): EventBody {
  const message = 'This identity may not list pods in all namespaces, so which GPUs are in use is not known.'
  return { type: 'warning', phase: 'plan', code: 'gpus-not-counted', message }
}
