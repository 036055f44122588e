/** What kaito cannot do yet: refused by name when it would change what runs, else a named warning. Never silence. */

import { advice, setting } from '../advice.ts'
import type { ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import type { PlanWarning } from '../problem.ts'
import { ANNOTATIONS } from '../workspace/annotations.ts'
import { type EngineId, engineOf } from '../workspace/engine-traits.ts'
import type { InferenceSpec, WorkspaceSpec } from '../workspace/spec.ts'
import type { Engine, EngineRegistry } from './engine.ts'
import type { Plan } from './types.ts'

type Preset = NonNullable<InferenceSpec['preset']>

interface Planned {
  inference: InferenceSpec
  preset: Preset
  engine: Engine
}

/** The preset, the inference and the engine that there is to plan; everything else is refused. */
export function requireInference(spec: WorkspaceSpec, engines: EngineRegistry): Planned {
  if (spec.tuning !== undefined)
    throw refused('Tuning is not available yet.', 'Remove tuning, or run it with the upstream operator.')
  const { inference } = spec
  if (inference?.template !== undefined) {
    throw refused(
      'inference.template is not available yet: kaito runs presets only.',
      'Name a preset in inference.preset.name.',
    )
  }
  if (inference?.preset === undefined)
    throw refused(`Workspace ${spec.name} names no model.`, 'Set inference.preset.name.')
  const engine = requireEngine(spec, engines)
  if (spec.resource.partition !== undefined) {
    throw refused(
      'Partitioned GPUs (resource.partition) are not available yet.',
      'Remove partition: a whole GPU is requested.',
    )
  }
  if (inference.adapters.length > 0) {
    throw refused(
      'Adapters are not available yet: the model would be served without them.',
      'Remove inference.adapters.',
    )
  }
  return { inference, preset: inference.preset, engine }
}

/** The engine that serves the workspace. */
function requireEngine({ annotations }: WorkspaceSpec, engines: EngineRegistry): Engine {
  const engine = engineOf(annotations, engines)
  if (engine !== undefined) return engine
  throw refused(
    `The runtime "${annotations[ANNOTATIONS.runtime]}" is not available: kaito serves with ${engines.all.map(({ title }) => title).join(' or ')}.`,
    `Remove the annotation ${ANNOTATIONS.runtime}, or set it to ${engines.all.map(({ id }) => id).join(' or ')}.`,
  )
}

function refused(message: string, hint: string): KaitoError {
  return new KaitoError({ code: 'USAGE', phase: 'plan', message, hint })
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
      message: `The annotation ${key}: "${value}" has no effect in kaito.`,
    }))
}

const GATE_HINT = advice`Give a token, ${setting('hfTokenFile', 'FILE')}; or name a Secret with key HF_TOKEN: ${setting('modelAccessSecret', 'NAME')}, or inference.preset.presetOptions.modelAccessSecret.`

/** A gated model without a token fails at the Hub, after the machine is paid for. */
export function refuseGate({ model, modelAccessSecret }: Plan): void {
  if (!isShut(model, modelAccessSecret)) return
  throw new KaitoError({ code: 'PREFLIGHT_REFUSED', phase: 'plan', message: gateOf(model), hint: GATE_HINT })
}

/** The same where nothing is made. */
export function gateWarnings(model: ModelPreset, secret: string | undefined): PlanWarning[] {
  return isShut(model, secret) ? [{ code: 'gated-without-secret', message: advice`${gateOf(model)} ${GATE_HINT}` }] : []
}

function isShut(model: ModelPreset, secret: string | undefined): boolean {
  return model.gated && secret === undefined
}

function gateOf({ modelId }: ModelPreset): string {
  return `${modelId} is gated: the Hub wants the token of an account that accepted its licence.`
}
