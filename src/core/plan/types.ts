/** The plan: one value that `plan` prints, `deploy` executes and `diff` compares. */

import type { EngineImage, ModelPreset } from '../catalog/schema.ts'
import type { PoolDecision, UpdateStrategy } from '../placement/decision.ts'
import type { Toleration } from '../placement/tolerations.ts'
import type { PlanWarning } from '../problem.ts'
import type { Chosen } from '../sizing/chosen.ts'
import type { Sizing, StartupEstimate } from '../sizing/types.ts'
import type { AdapterSpec, Scalar, WorkspaceSpec } from '../workspace/spec.ts'

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
  /** Whether requests must bring a key. */
  apiKey?: boolean
  /** Whether only pods of the namespace may reach the engine; absent: as the annotation says. */
  networkPolicy?: boolean
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
  /** For the next deploy to keep. */
  chosen: Chosen
  startup: StartupEstimate
  pool: PoolDecision
  /** Of the pods. */
  tolerations: readonly Toleration[]
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
