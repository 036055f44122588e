/** Which AKS cluster the nodes belong to, and how it is. */
import type { ManagedCluster } from '@azure/arm-containerservice'
import { advice, other, setting } from '#core/advice.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import type { CloudCluster } from '../cloud.ts'
import type { Connection } from './connect.ts'
import { type AksContext, type ClusterId, callAzure, parseClusterId } from './context.ts'

const PROVIDER_ID = /^azure:\/{2,3}subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i
const EXAMPLE = setting(
  'clusterResource',
  '/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.ContainerService/managedClusters/NAME',
)
const FIND_ID = other('az', 'aks', 'list', '--query', '[].{group:nodeResourceGroup,id:id}', '-o', 'table')

interface NodeGroup {
  subscription: string
  group: string
}

/** The distinct subscription and node resource group pairs of the nodes, as Azure spells them. */
export function nodeGroupsOf(providerIds: readonly string[]): NodeGroup[] {
  const groups = new Map<string, NodeGroup>()
  for (const id of providerIds) {
    const [, subscription, group] = id.match(PROVIDER_ID) ?? []
    if (subscription === undefined || group === undefined) continue
    groups.set(`${subscription}/${group}`.toLowerCase(), { subscription, group })
  }
  return [...groups.values()]
}

/** As the user named it, or a usage error that shows the form. */
export function parseClusterResource(id: string): ClusterId {
  const parsed = parseClusterId(id)
  if (parsed !== undefined) return parsed
  throw new KaitoError({
    code: 'USAGE',
    phase: 'provision',
    message: `That is not the id of an AKS cluster: ${id}`,
    hint: advice`Use the form ${EXAMPLE}; list them: ${FIND_ID}`,
  })
}

/** Finds the cluster whose node resource group holds the nodes. */
export async function findCluster(
  groups: readonly NodeGroup[],
  connection: Connection,
  signal: AbortSignal,
): Promise<{ id: ClusterId; region: string }> {
  for (const subscription of new Set(groups.map((item) => item.subscription.toLowerCase()))) {
    const wanted = groups.filter((item) => item.subscription.toLowerCase() === subscription)
    const found = await findIn(subscription, wanted, connection, signal)
    if (found !== undefined) return found
  }
  const seen = groups.map(({ subscription, group }) => `${group} in subscription ${subscription}`)
  throw new KaitoError({
    code: 'NOT_FOUND',
    phase: 'provision',
    message: 'No AKS cluster that this identity can see owns the nodes of this Kubernetes cluster',
    reason: `the nodes are in ${seen.join(', ')}`,
    hint: advice`Name the cluster: ${EXAMPLE}; find its id: ${FIND_ID}. For a cluster that is not AKS use ${setting('byo')} with own nodes.`,
  })
}

async function findIn(
  subscription: string,
  groups: readonly NodeGroup[],
  connection: Connection,
  signal: AbortSignal,
): Promise<{ id: ClusterId; region: string } | undefined> {
  const names = new Set(groups.map((item) => item.group.toLowerCase()))
  const client = connection.openClient(subscription)
  const subject = { phase: 'provision', action: `list the AKS clusters of ${subscription}`, signal } as const
  try {
    return await callAzure(subject, { subscription }, async () => {
      for await (const cluster of client.managedClusters.list({ abortSignal: signal })) {
        const id = cluster.id === undefined ? undefined : parseClusterId(cluster.id)
        if (id === undefined || !names.has((cluster.nodeResourceGroup ?? '').toLowerCase())) continue
        return { id, region: cluster.location }
      }
      return undefined
    })
  } catch (error) {
    throw withSettingHint(error)
  }
}

/** Listing needs a right on the subscription that reading one cluster does not. */
function withSettingHint(error: unknown): unknown {
  if (!hasCode(error, 'PERMISSION_DENIED')) return error
  const { code, phase, message, reason, raw } = error
  const hint = advice`Name the cluster, then no listing is needed: ${EXAMPLE}; find its id: ${FIND_ID}`
  return new KaitoError({ code, phase, message, hint, raw, ...(reason === undefined ? {} : { reason }) })
}

const SETTLED = ['Succeeded', 'Failed', 'Canceled']

export function toCloudCluster(cluster: ManagedCluster, id: ClusterId): CloudCluster {
  const { provisioningState = 'Unknown', powerState } = cluster
  const isStopped = powerState?.code === 'Stopped'
  return {
    cloud: 'azure',
    name: cluster.name ?? id.cluster,
    region: cluster.location,
    kubernetesVersion: cluster.currentKubernetesVersion ?? cluster.kubernetesVersion ?? 'unknown',
    state: isStopped ? `${provisioningState} (Stopped)` : provisioningState,
    isBusy: isStopped || !SETTLED.includes(provisioningState),
    account: `subscription ${id.subscription}, resource group ${id.resourceGroup}`,
  }
}

export function getCluster(context: AksContext, signal: AbortSignal): Promise<ManagedCluster> {
  const { client, resourceGroup, cluster } = context
  const subject = { phase: 'provision', action: `read the AKS cluster ${cluster}`, signal } as const
  return callAzure(subject, context, () => client.managedClusters.get(resourceGroup, cluster, { abortSignal: signal }))
}
