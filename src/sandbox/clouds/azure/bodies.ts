/** Resource bodies as ARM returns them. */
import type { Machine } from '../machines.ts'
import { clusterIdOf, type FakeIdentity, type OperationRecord, type PoolRecord } from './model.ts'

export function poolBody(pool: PoolRecord, fake: FakeIdentity): Record<string, unknown> {
  const failed = pool.error === undefined ? {} : { status: { provisioningError: pool.error } }
  return {
    id: `${clusterIdOf(fake)}/agentPools/${pool.name}`,
    name: pool.name,
    type: 'Microsoft.ContainerService/managedClusters/agentPools',
    properties: {
      type: 'VirtualMachineScaleSets',
      osDiskType: 'Managed',
      kubeletDiskType: 'OS',
      maxPods: 110,
      osType: 'Linux',
      osSKU: 'Ubuntu',
      mode: 'User',
      enableAutoScaling: false,
      powerState: { code: 'Running' },
      orchestratorVersion: fake.kubernetesVersion,
      currentOrchestratorVersion: fake.kubernetesVersion,
      nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.03.0',
      ...pool.properties,
      provisioningState: pool.provisioningState,
      eTag: pool.eTag,
      ...failed,
    },
  }
}

/** Of one machine. Source: Machines in the AKS REST specification; what it is named ASSUMED to be the name of its node. */
export function machineBody(pool: string, { name, providerId }: Machine, fake: FakeIdentity): Record<string, unknown> {
  return {
    id: `${clusterIdOf(fake)}/agentPools/${pool}/machines/${name}`,
    name,
    type: 'Microsoft.ContainerService/managedClusters/agentPools/machines',
    properties: { resourceId: providerId.replace('azure://', '') },
  }
}

export function clusterBody(pools: PoolRecord[], fake: FakeIdentity): Record<string, unknown> {
  return {
    id: clusterIdOf(fake),
    name: fake.cluster,
    type: 'Microsoft.ContainerService/ManagedClusters',
    location: fake.location,
    sku: { name: 'Base', tier: 'Standard' },
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      kubernetesVersion: fake.kubernetesVersion,
      currentKubernetesVersion: fake.kubernetesVersion,
      dnsPrefix: fake.cluster,
      fqdn: `${fake.cluster}-dns-1a2b3c4d.hcp.${fake.location}.azmk8s.io`,
      nodeResourceGroup: fake.nodeResourceGroup,
      agentPoolProfiles: pools.map((pool) => {
        const body = poolBody(pool, fake)
        return { name: pool.name, ...(body.properties as Record<string, unknown>) }
      }),
    },
  }
}

/** A second cluster of the subscription, so that detection has to choose. */
export function otherClusterBody(fake: FakeIdentity): Record<string, unknown> {
  return {
    id: `/subscriptions/${fake.subscription}/resourcegroups/other-rg/providers/Microsoft.ContainerService/managedClusters/other-aks`,
    name: 'other-aks',
    type: 'Microsoft.ContainerService/ManagedClusters',
    location: 'westeurope',
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      nodeResourceGroup: 'MC_other-rg_other-aks_westeurope',
    },
  }
}

export function operationBody(operation: OperationRecord): Record<string, unknown> {
  const ended = operation.status === 'InProgress' ? {} : { endTime: new Date(operation.endsAt).toISOString() }
  return {
    name: operation.id,
    status: operation.status,
    startTime: new Date(operation.startedAt).toISOString(),
    ...ended,
    ...(operation.error === undefined ? {} : { error: operation.error }),
  }
}
