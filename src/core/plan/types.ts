/** The plan: one value that `plan` prints, `deploy` executes and `diff` compares. */
import type { EngineImage, GpuSku, ModelPreset } from '#core/catalog.ts'
import type { CloudId, NodePoolRequest, Taint } from '#core/node-pool.ts'
import type { AdapterSpec, Scalar, WorkspaceSpec } from '#core/workspace/spec.ts'
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
  /** What an earlier deploy of this workspace settled; keeps a second run from choosing otherwise. */
  lock?: PlanLock
  /** `vllm` map of the workspace's inference_config.yaml, when it has one and it could be read. */
  engineConfig: Record<string, Scalar>
}

export interface PlanLock {
  instanceType?: string
  maxModelLen?: number
  /** Secrets that kaito made for the workspace. */
  hubTokenSecret?: string
  apiKeySecret?: string
}

/** Choices from flags; each wins over the file. */
export interface PlanOverrides {
  instanceType?: string
  maxModelLen?: number
  replicas?: number
  /** Engine flags by name without dashes; `true` = a bare flag. */
  engineArgs?: Record<string, Scalar>
  image?: string
  /** Name of the Secret with key HF_TOKEN. */
  modelAccessSecret?: string
  /** A token was given with the command: kaito keeps it in a Secret of its own. */
  hasHubToken?: boolean
  imagePullSecrets?: readonly string[]
  /** Prefix under which a mirror has the catalogue's images. */
  registryMirror?: string
  /** Whether requests must bring a key; absent: as before. */
  apiKey?: boolean
  /** Whether only pods of the namespace may reach the engine; absent: as the annotation says. */
  networkPolicy?: boolean
}

/** One summand of the memory fit, GiB per GPU. */
export interface MemoryTerm {
  term: 'visible' | 'budget' | 'weights' | 'non-torch' | 'activations' | 'cuda-graphs' | 'lora' | 'kv-cache'
  gib: number
  /** The arithmetic with its numbers, for --explain. */
  formula: string
}

export interface Sizing {
  /** From the catalogue, or made from node labels for one's own nodes. */
  gpu: { model: string; perNode: number; visibleGiB: number; computeCapability: number }
  instanceType: string | undefined
  tensorParallelSize: number
  dtype: 'bfloat16' | 'float16'
  gpuMemoryUtilization: number
  maxModelLen: number
  maxModelLenFrom: 'flag' | 'config' | 'model' | 'memory'
  memory: MemoryTerm[]
  kvBytesPerToken: number
  kvPoolTokens: number
  /** Requests of maxModelLen tokens at once. */
  maxConcurrency: number
}

export interface StartupTerm {
  step: 'image pull' | 'weights' | 'load' | 'compile' | 'warm-up'
  seconds: number
  formula: string
}

export interface StartupEstimate {
  terms: StartupTerm[]
  seconds: number
  /** What the startupProbe allows: three times the estimate, at least 30 minutes. */
  budgetSeconds: number
}

export type PoolDecision =
  | {
      mode: 'create'
      cloud: CloudId
      request: NodePoolRequest
      sku: GpuSku
      /** Nodes that the pool comes to: more than are asked for, where there are more. */
      nodes: number
      /** Of all of them. */
      usdPerHour: number | undefined
    }
  | { mode: 'existing'; nodeSelector: Record<string, string>; nodes: string[] }

/** How a change of the pods is rolled out. */
export interface UpdateStrategy {
  /** `surge`: new before old. `in-turn`: one after another, the others serve. `recreate`: old before new, nobody serves. */
  kind: 'surge' | 'in-turn' | 'recreate'
  /** Why not better: shown in the plan. */
  because: string
}

export interface PlanWarning {
  code: string
  message: string
}

export interface Plan {
  workspace: WorkspaceSpec
  /** Derived: legal as the name of a Service and a Deployment. */
  objectName: string
  namespace: string
  model: ModelPreset
  image: EngineImage & {
    /** What goes into the manifest; differs from `image` after --image. */ reference: string
  }
  replicas: number
  update: UpdateStrategy
  sizing: Sizing
  startup: StartupEstimate
  pool: PoolDecision
  /** Engine flags of the user (config map, then --engine-arg), by name without dashes; they win over ours. */
  engineArgs: Record<string, Scalar>
  modelAccessSecret: string | undefined
  /** Secret with key API_KEY, which requests must bring. */
  apiKeySecret: string | undefined
  imagePullSecrets: string[]
  /** Only pods of the namespace may reach the engine. */
  networkPolicy: boolean
  adapters: AdapterSpec[]
  warnings: PlanWarning[]
}
