/** How a workspace stands, as one value. */
import type { Advice } from '../advice.ts'
import type { NodePool } from '../cloud/node-pool.ts'
import type { ObjectRef } from '../objects/kube-object.ts'
import type { ObjectStatus } from './compute.ts'

/** One thing that was asked of the endpoint and what came back. */
export interface Verification {
  check: 'replicas' | 'endpoints' | 'health' | 'models' | 'completion' | 'service'
  outcome: 'ok' | 'failed' | 'not-verified'
  detail: string
}

export interface WorkspaceStatus {
  workspace: string
  /** What the file calls it, where its objects are called otherwise: it was too long, or kaito 0.1.0 bent it. */
  fullName?: string
  namespace: string
  phase: 'Ready' | 'Progressing' | 'Failed' | 'Stopped' | 'Unknown'
  message: Advice
  /** Of one that has failed: what to do. */
  next?: Advice
  model?: string
  servedModelName?: string
  /** Inside the cluster; absent where nothing is served. */
  url?: string
  /** Secret with the key that requests must bring. */
  apiKeySecret?: string
  /** The model has a chat template. */
  chat?: boolean
  instanceType?: string
  /** Tokens of context that the engine found at its start. */
  foundContext?: number
  replicas: { wanted: number; ready: number }
  revision?: number
  ageSeconds?: number
  usdPerHour?: number
  objects: { ref: ObjectRef; status: ObjectStatus }[]
  nodes: { name: string; ready: boolean; gpus: number }[]
  pool?: NodePool
  /** Pools that it moves away from, and that bill until they are gone. */
  leaving?: { name: string; instanceType: string; nodes: number }[]
  /** Only with --deep. */
  verifications?: Verification[]
}
