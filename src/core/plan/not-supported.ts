/** What kaito cannot do yet: refused by name when it would change what runs, else a named warning. Never silence. */

import { type Advice, advice, setting } from '../advice.ts'
import type { ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import { ABOUT_MODEL, type PlanWarning } from '../problem.ts'
import { ANNOTATIONS } from '../workspace/annotations.ts'
import { type EngineId, engineOf } from '../workspace/engine-traits.ts'
import type { InferenceSpec, WorkspaceSpec } from '../workspace/spec.ts'
import type { Engine, EngineRegistry } from './engine.ts'
import { throwAll } from './engine-flags.ts'
import type { Plan } from './types.ts'

type Preset = NonNullable<InferenceSpec['preset']>

interface Planned {
  inference: InferenceSpec
  preset: Preset
  engine: Engine
}

/** The preset, the inference and the engine that there is to plan; everything else is refused. */
export function requireInference(spec: WorkspaceSpec, engines: EngineRegistry): Planned {
  throwAll(inferenceErrors(spec, engines))
  const { inference } = spec
  const engine = engineOf(spec.annotations, engines)
  if (inference?.preset === undefined || engine === undefined) throw new Error('what is refused is planned')
  return { inference, preset: inference.preset, engine }
}

/** Everything of a workspace that kaito cannot do. */
export function inferenceErrors(spec: WorkspaceSpec, engines: EngineRegistry): KaitoError[] {
  const { tuning, inference, resource } = spec
  const model = tuning === undefined && inference?.template === undefined && inference?.preset === undefined
  return [
    ...(tuning === undefined ? [] : [NO_TUNING()]),
    ...(inference?.template === undefined ? [] : [NO_TEMPLATE()]),
    ...(model ? [noModel(spec.name)] : []),
    ...engineErrors(spec, engines),
    ...(resource.partition === undefined ? [] : [NO_PARTITION()]),
    ...(inference === undefined || inference.adapters.length === 0 ? [] : [NO_ADAPTERS()]),
  ]
}

const NO_TUNING = (): KaitoError =>
  refused(['tuning'], 'Tuning is not available yet.', 'Remove tuning, or run it with the upstream operator.')

const NO_TEMPLATE = (): KaitoError =>
  refused(
    ['inference', 'template'],
    'inference.template is not available yet: kaito runs presets only.',
    advice`Name a model in inference.preset.name; a server image of your own with the same flags: ${setting('image', 'IMAGE')}; other fields of the pod: ${setting('patch', 'FILE')}`,
  )

const NO_PARTITION = (): KaitoError =>
  refused(
    ['resource', 'partition'],
    'Partitioned GPUs (resource.partition) are not available yet.',
    'Remove partition: a whole GPU is requested.',
  )

const NO_ADAPTERS = (): KaitoError =>
  refused(
    ['inference', 'adapters'],
    'Adapters are not available yet: the model would be served without them.',
    'Remove inference.adapters.',
  )

function noModel(name: string): KaitoError {
  return refused(['inference'], `Workspace ${name} names no model.`, 'Set inference.preset.name.')
}

/** The engine that serves the workspace. */
function engineErrors({ annotations }: WorkspaceSpec, engines: EngineRegistry): KaitoError[] {
  if (engineOf(annotations, engines) !== undefined) return []
  const named = (of: 'title' | 'id'): string => engines.all.map((engine) => engine[of]).join(' or ')
  return [
    refused(
      ['metadata', 'annotations', ANNOTATIONS.runtime],
      `The runtime "${annotations[ANNOTATIONS.runtime]}" is not available: kaito serves with ${named('title')}.`,
      `Remove the annotation ${ANNOTATIONS.runtime}, or set it to ${named('id')}.`,
    ),
  ]
}

function refused(field: readonly string[], message: string, hint: Advice): KaitoError {
  return new KaitoError({ code: 'USAGE', phase: 'plan', message, hint, input: { field, atKey: field.length > 1 } })
}

/** Annotations that are honoured, or that ask for what kaito does anyway. */
const HONOURED: Record<string, (value: string, engine: EngineId) => boolean> = {
  [ANNOTATIONS.cluster]: () => true,
  [ANNOTATIONS.networkPolicy]: () => true,
  [ANNOTATIONS.runtime]: (value, engine) => value === engine,
  [ANNOTATIONS.disableBenchmark]: () => true,
  [ANNOTATIONS.modelStreaming]: (value) => value === 'disabled',
  [ANNOTATIONS.localWeights]: (value) => value === 'false',
  [ANNOTATIONS.loadBalancer]: (value) => value.toLowerCase() === 'false',
}

export function annotationWarnings(annotations: Readonly<Record<string, string>>, { id }: Engine): PlanWarning[] {
  return Object.entries(annotations)
    .filter(([key]) => /(^|[./])kaito\.sh\//.test(key))
    .filter(([key, value]) => HONOURED[key]?.(value, id) !== true)
    .map(([key, value]) => ({
      code: 'annotation-ignored',
      message: advice`The annotation ${key}: "${value}" has no effect in kaito.${INSTEAD[key] ?? ''}`,
      about: { field: ['metadata', 'annotations', key] },
    }))
}

const INSTEAD: Readonly<Record<string, Advice>> = {
  [ANNOTATIONS.loadBalancer]: advice` Make the Service a LoadBalancer by a patch, ${setting('patch', 'FILE')}, with a key that requests must bring, ${setting('apiKey')}; or send an ingress to its port 80.`,
}

const GATE_HINT = advice`Give a token with ${setting('hfTokenFile', 'FILE')}, or name a Secret with key HF_TOKEN with ${setting('modelAccessSecret', 'NAME')} or inference.preset.presetOptions.modelAccessSecret.`

/** A gated model without a token fails at the Hub, after the machine is paid for. */
export function refuseGate({ model, modelAccessSecret }: Plan): void {
  if (!isShut(model, modelAccessSecret)) return
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: gateOf(model),
    hint: GATE_HINT,
    input: ABOUT_MODEL,
  })
}

/** The same where nothing is made. */
export function gateWarnings(model: ModelPreset, secret: string | undefined): PlanWarning[] {
  return isShut(model, secret)
    ? [{ code: 'gated-without-secret', about: ABOUT_MODEL, message: advice`${gateOf(model)} ${GATE_HINT}` }]
    : []
}

function isShut(model: ModelPreset, secret: string | undefined): boolean {
  return model.gated && secret === undefined
}

function gateOf({ modelId }: ModelPreset): string {
  return `${modelId} is gated: the Hub requires the token of an account that has accepted its licence.`
}
