/** Where a run is going to change something. */

import type { CloudCluster, CloudPort } from '#clouds/cloud.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { Target } from '#core/results.ts'
import type { Ports } from '../ports.ts'

/** What flags say about where things are. */
export interface Placement {
  namespace: string
  /** --cloud */
  cloud?: CloudId
  /** --byo, said now or kept from an earlier deploy. */
  ownNodes?: boolean
  /** --cluster-resource */
  clusterResource?: string
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
  const system = await ports.kube.get(refTo(KINDS.namespace, 'kube-system'), ports.signal)
  return system?.metadata.uid ?? 'unknown'
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
