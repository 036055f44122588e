/** The simulated cluster's place in the simulated cloud. Every name says that it is simulated. */
import { KINDS } from '#core/objects/kinds.ts'
import type { FakeIdentity } from '../clouds/azure/model.ts'
import { nodeOf } from '../clouds/azure/nodes.ts'
import type { ObjectStore } from '../cluster/store/objects.ts'

export const CONTEXT = 'kaito-sandbox'

export const SIMULATED: FakeIdentity = {
  subscription: '00000000-0000-4000-8000-000000000000',
  resourceGroup: 'simulated',
  cluster: CONTEXT,
  location: 'eastus2',
  nodeResourceGroup: `MC_simulated_${CONTEXT}_eastus2`,
  digits: 'simulated',
  kubernetesVersion: '1.36.2',
}

/** What every new cluster has: a few namespaces, and the node that AKS itself runs on. */
export function seedCluster(store: ObjectStore): void {
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
    store.put({
      apiVersion: 'v1',
      kind: KINDS.namespace.kind,
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    })
  const properties = { vmSize: 'Standard_D4s_v5', mode: 'System', count: 1 }
  const pool = { name: 'system', properties, provisioningState: 'Succeeded', eTag: '1' }
  store.put(nodeOf(pool, 0, SIMULATED) as never)
}
