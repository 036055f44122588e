/** The normalised workspace: what both API versions and both shapes are read into. Source of field names: KAITO v1beta1. */

import type { JsonObject, KubeObject } from '../objects/kube-object.ts'
import type { About, Problem, ProblemPlace } from '../problem.ts'

export type Scalar = string | number | boolean

export const NEWEST_API = 'kaito.sh/v1beta1'
export const APIS = ['kaito.sh/v1alpha1', NEWEST_API] as const

export interface WorkspaceSpec {
  apiVersion: (typeof APIS)[number]
  /** As the user wrote it, or made of the model's. One that kaito 0.1.0 kept may not be legal any more. */
  name: string
  namespace?: string
  labels: Record<string, string>
  annotations: Record<string, string>
  resource: ResourceSpec
  inference?: InferenceSpec
  tuning?: TuningSpec
}

export interface ResourceSpec {
  /** The cloud's instance type. Absent: one's own nodes, or chosen by the plan. */
  instanceType?: string
  /** As written. The field is deprecated upstream; the plan reports when it differs from what is needed. */
  count?: number
  /** matchLabels, flattened. */
  labelSelector: Record<string, string>
  preferredNodes: string[]
  partition?: { mode: 'mig' | 'accelerator'; profile?: string; count?: number }
}

export interface InferenceSpec {
  preset?: {
    name: string
    /** Name of a Secret in the namespace with key HF_TOKEN. */
    modelAccessSecret?: string
    image?: string
    imagePullSecrets: string[]
  }
  /** A schemaless PodTemplateSpec. Exactly one of preset and template. */
  template?: JsonObject
  /** Name of a ConfigMap with key inference_config.yaml. */
  config?: string
  adapters: AdapterSpec[]
}

export interface AdapterSpec {
  name: string
  source: { image: string; imagePullSecrets: string[] } | { volume: JsonObject }
  strength?: string
}

export interface TuningSpec {
  preset: string
  method: 'lora' | 'qlora'
  config?: string
  input: JsonObject
  output: JsonObject
}

/** Where one workspace of the input has what. */
export interface WorkspacePlaces {
  /** Where it is named: what has no place of its own stands there. */
  name: ProblemPlace
  /** Undefined where the input has no such thing. */
  placeOf(about: About): LocatedField | undefined
  /** What the input has there is refused already. */
  isRefused(about: About): boolean
}

export interface LocatedField extends ProblemPlace {
  /** As upstream writes it. */
  path: string
}

/** Everything that one invocation was given. */
export interface WorkspaceInput {
  workspaces: WorkspaceSpec[]
  /** Secrets, ConfigMaps and PVCs that stand beside the workspaces: applied too, never owned, never deleted. */
  companions: KubeObject[]
}

/** As much of an input as could be read, be it in order or not. */
interface WorkspaceDraft extends WorkspaceInput {
  /** Of each workspace, in the same order. */
  places: WorkspacePlaces[]
}

/** One text to parse: a file, standard input, or what flags amount to. */
export interface SourceText {
  /** Shown before line:column: a path, or `<stdin>`. */
  label: string
  text: string
}

export interface ParseResult {
  /** Present only when there is no error among the problems. */
  input?: WorkspaceInput
  draft: WorkspaceDraft
  problems: Problem[]
  /** What Secrets of the input hold, be it in order or not. */
  secrets: string[]
}
