/** A checked document → the one form that everything else works with. */
import type { JsonObject } from '../objects/kube-object.ts'
import type { WorkspaceDocument } from './schema.ts'
import type { AdapterSpec, InferenceSpec, ResourceSpec, TuningSpec, WorkspaceSpec } from './spec.ts'

export function toSpec(doc: WorkspaceDocument): WorkspaceSpec {
  const { apiVersion, metadata, resource, inference, tuning } = doc
  const spec: WorkspaceSpec = {
    apiVersion,
    name: metadata.name,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    resource: resourceSpec(resource),
  }
  if (metadata.namespace !== undefined) spec.namespace = metadata.namespace
  if (inference !== undefined) spec.inference = inferenceSpec(inference)
  if (tuning !== undefined) spec.tuning = tuningSpec(tuning)
  return spec
}

function resourceSpec(resource: WorkspaceDocument['resource']): ResourceSpec {
  const { instanceType, count, labelSelector, preferredNodes = [], partition } = resource ?? {}
  const fromExpressions = (labelSelector?.matchExpressions ?? []).map(
    ({ key, values }) => [key, values?.[0] ?? ''] as const,
  )
  const spec: ResourceSpec = {
    labelSelector: { ...labelSelector?.matchLabels, ...Object.fromEntries(fromExpressions) },
    preferredNodes,
  }
  if (instanceType !== undefined && instanceType !== '') spec.instanceType = instanceType
  if (count !== undefined) spec.count = count
  if (partition !== undefined) {
    const { mode, profile, count: slices } = partition
    spec.partition = {
      mode,
      ...(profile === undefined ? {} : { profile }),
      ...(slices === undefined ? {} : { count: slices }),
    }
  }
  return spec
}

function inferenceSpec({
  preset,
  template,
  config,
  adapters = [],
}: NonNullable<WorkspaceDocument['inference']>): InferenceSpec {
  const spec: InferenceSpec = { adapters: adapters.map(adapterSpec) }
  if (preset !== undefined) {
    const { image, imagePullSecrets = [], modelAccessSecret } = preset.presetOptions ?? {}
    spec.preset = {
      name: preset.name,
      imagePullSecrets,
      ...(image === undefined ? {} : { image }),
      ...(modelAccessSecret === undefined ? {} : { modelAccessSecret }),
    }
  }
  if (template !== undefined) spec.template = template as JsonObject
  if (config !== undefined) spec.config = config
  return spec
}

function adapterSpec({
  source = {},
  strength,
}: {
  source?:
    | NonNullable<NonNullable<NonNullable<WorkspaceDocument['inference']>['adapters']>[number]['source']>
    | undefined
  strength?: string | undefined
}): AdapterSpec {
  const { name = '', image, imagePullSecrets = [], volumeSource } = source
  const from = image === undefined ? { volume: (volumeSource ?? {}) as JsonObject } : { image, imagePullSecrets }
  return strength === undefined ? { name, source: from } : { name, source: from, strength }
}

function tuningSpec({ preset, method, config, input, output }: NonNullable<WorkspaceDocument['tuning']>): TuningSpec {
  const spec: TuningSpec = {
    preset: preset?.name ?? '',
    method: method?.toLowerCase() === 'lora' ? 'lora' : 'qlora',
    input: (input ?? {}) as JsonObject,
    output: (output ?? {}) as JsonObject,
  }
  return config === undefined ? spec : { ...spec, config }
}
