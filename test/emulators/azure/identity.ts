/** Where the fake's cluster lives. */
import { clusterIdOf, type FakeIdentity } from '#sandbox/clouds/azure/model.ts'

export const FAKE: FakeIdentity = {
  subscription: 'a0000000-0000-4000-8000-000000000001',
  resourceGroup: 'kaito-rg',
  cluster: 'kaito-aks',
  location: 'eastus2',
  nodeResourceGroup: 'MC_kaito-rg_kaito-aks_eastus2',
  digits: '24680135',
  kubernetesVersion: '1.36.2',
}

export const FAKE_CLUSTER_ID = clusterIdOf(FAKE)
