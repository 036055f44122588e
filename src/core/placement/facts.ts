/** What planning knows of the cluster and of earlier runs. */
import type { CloudId } from '../cloud/ids.ts'
import type { Taint } from '../cloud/node-pool.ts'
import type { Kept } from '../sizing/chosen.ts'
import type { Scalar } from '../workspace/spec.ts'
import type { KeptPool } from './pool-request.ts'
import type { Toleration } from './tolerations.ts'

/** A node as the cluster reports it, reduced to what planning needs. */
export interface NodeFact {
  name: string
  labels: Record<string, string>
  taints: Taint[]
  isReady: boolean
  providerId: string
  /** nvidia.com/gpu in allocatable. */
  gpus: number
  /** Not requested by any pod that is running or about to. */
  freeGpus: number
}

/** What was found out before planning; `render` and `lint` plan with the offline facts. */
export interface PlanFacts {
  /** Namespace that the objects go to. */
  namespace: string
  /** Detected or pinned; undefined: no cloud, or not known. */
  cloud: CloudId | undefined
  /** The user said --byo, or there is no cloud to create nodes in. */
  ownNodes: boolean
  /** Empty when offline. */
  nodes: readonly NodeFact[]
  isOffline: boolean
  /** This identity may not list nodes. */
  nodesHidden?: boolean
  /** Of the pods, where the user's patches change them. */
  tolerations?: readonly Toleration[]
  /** UID of kube-system; `offline` when there is no cluster. */
  clusterUid: string
  /** Node pools that the workspace has, or that an earlier deploy has begun to make. */
  pools?: readonly (KeptPool & { cloud: CloudId })[]
  /** What an earlier deploy of this workspace settled; keeps a second run from choosing otherwise. */
  lock?: PlanLock
  /** What it chose for the engine. */
  chosen?: Kept
  /** The engine's map in the workspace's inference_config.yaml, when it has one and it could be read. */
  engineConfig: Record<string, Scalar>
}

export interface PlanLock {
  instanceType?: string
  maxModelLen?: number
  /** Secrets that kaito made for the workspace. */
  hubTokenSecret?: string
  apiKeySecret?: string
}
