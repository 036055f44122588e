/** What the fake ARM keeps: agent pools and operations of one AKS cluster. */

/** How the next matching request, or the operation that it starts, ends. */
export const ENDINGS = [
  'ready',
  'quota',
  'quota-new',
  'quota-late',
  'allocation',
  'busy',
  'refuse-delete',
  'refuse-delete-late',
  'refuse-shrink-late',
  'never-joins',
  'no-gpus',
  'slow',
  'no-operation-header',
  'forbidden',
  'unauthenticated',
  'throttled',
  'server-error',
] as const
export type Ending = (typeof ENDINGS)[number]

export interface Script {
  next: Ending
  /** How many matching requests it serves; 1 unless told. */
  times?: number
  /** Only requests of this method; endings of a pool always wait for PUT or DELETE. */
  on?: string
}

export interface ArmError {
  code: string
  message: string
  target?: string
  details?: ArmError[]
}

export interface PoolRecord {
  name: string
  properties: Record<string, unknown>
  provisioningState: string
  error?: ArmError
  eTag: string
  /** Ids of the scale set's instances; a new one has a number that none had. Absent: none was ever taken away. */
  instances?: number[]
  nextInstance?: number
}

export interface OperationRecord {
  id: string
  kind: 'put' | 'delete' | 'shrink'
  pool: string
  ending: Ending
  startedAt: number
  endsAt: number
  /** Of `shrink`: the machines that go. */
  machines?: string[]
  status: 'InProgress' | 'Succeeded' | 'Failed'
  error?: ArmError
}

export interface FakeState {
  /** Of the file. */
  version: 1
  pools: Record<string, PoolRecord>
  operations: Record<string, OperationRecord>
  serial: number
}

/** Where the fake cluster lives. */
export interface FakeIdentity {
  subscription: string
  resourceGroup: string
  cluster: string
  location: string
  nodeResourceGroup: string
  /** AKS puts the same eight digits into the scale set names of one cluster. */
  digits: string
  kubernetesVersion: string
}

/** ARM's id of the cluster. AKS writes `resourcegroups` in lower case; ids must be compared without case. */
export function clusterIdOf({ subscription, resourceGroup, cluster }: FakeIdentity): string {
  return `/subscriptions/${subscription}/resourcegroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${cluster}`
}
