/** Spec, catalogue and facts → the plan. Throws what is known to fail before anything is paid for. */

import { advice, sentence } from '../advice.ts'
import { findModel } from '../catalog/find-model.ts'
import { presetFlags } from '../catalog/preset-flags.ts'
import type { ModelPreset } from '../catalog/schema.ts'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import { KaitoError } from '../errors.ts'
import { apiKeySecretName, hubTokenSecretName } from '../objects/labels.ts'
import { imagesOf } from '../placement/choose-image.ts'
import type { PoolDecision } from '../placement/decision.ts'
import type { PlanFacts } from '../placement/facts.ts'
import { chooseMachine } from '../placement/machine.ts'
import { type Toleration, tolerationsOn } from '../placement/tolerations.ts'
import { updateStrategy } from '../placement/update.ts'
import { ABOUT_MODEL, type PlanWarning } from '../problem.ts'
import { askedLength } from '../sizing/context-length.ts'
import { splitProblem } from '../sizing/fit.ts'
import { estimateStartup } from '../sizing/startup.ts'
import type { EngineSettings } from '../sizing/types.ts'
import { ANNOTATIONS } from '../workspace/annotations.ts'
import { objectNameFor, shortening } from '../workspace/object-name.ts'
import type { Scalar, WorkspaceSpec } from '../workspace/spec.ts'
import type { Engine, EngineArgs, Supply } from './engine.ts'
import { checkEngineFlags, flagErrors, mergeEngineArgs, refusePresetFlags, tablesOf, throwAll } from './engine-flags.ts'
import { chosenOn, keptOn, keptWarnings, type Wish } from './kept-choice.ts'
import { annotationWarnings, gateWarnings, requireInference } from './not-supported.ts'
import { sizingOf } from './sizing-of.ts'
import type { Plan, PlanOverrides } from './types.ts'

export function assemblePlan(spec: WorkspaceSpec, supply: Supply, facts: PlanFacts, overrides: PlanOverrides): Plan {
  const { catalog, engines } = supply
  const { inference, preset, engine } = requireInference(spec, engines)
  const model = findModel(catalog.models, preset.name)
  const flags = mergeEngineArgs(engine, overrides.engineArgs ?? {})
  const args = mergeEngineArgs(engine, facts.engineConfig, flags)
  const isOwnImage = (overrides.image ?? preset.image) !== undefined
  requireImage(engine, supply)
  throwAll(flagErrors(engine, args, tablesOf(engine, catalog), isOwnImage))
  const settings = engine.readSettings(args)
  checkSplit(model, settings.tensorParallelSize, engine)
  const objectName = objectNameFor(spec.name)
  const modelAccessSecret = accessSecret(objectName, preset.modelAccessSecret, facts, overrides)
  const asked = askedLength(model, overrides, engine.readSettings(flags), settings, engine)
  const replicas = overrides.replicas ?? 1
  const wish: Wish = {
    model,
    engine,
    args,
    tokens: asked.tokens,
    referenceOf: (image) => referenceOf(image.image, preset.image, overrides),
  }
  const machine = chooseMachine({
    spec,
    catalog,
    facts,
    model,
    engine,
    objectName,
    instanceType: overrides.instanceType ?? spec.resource.instanceType,
    replicas,
    wantedTokens: asked.tokens,
    settings,
    adapters: settings.adapters,
    keptOn: keptOn(wish, facts.chosen),
  })
  const table = catalog.flagsOf(engine.id, machine.image.version)
  if (table !== undefined && !isOwnImage) refusePresetFlags(engine, model, table)
  const checked = table === undefined ? { args, warnings: [] } : checkEngineFlags(engine, args, table, isOwnImage)
  const isAuto = asked.tokens === undefined && args[engine.spelling.contextLength] !== undefined
  const sizing = sizingOf(machine, { model, engine, settings, asked, isAuto, isOwnImage })
  return {
    workspace: spec,
    objectName,
    namespace: facts.namespace,
    model,
    image: { ...machine.image, reference: wish.referenceOf(machine.image) },
    replicas,
    update: updateStrategy(replicas, machine.room),
    sizing,
    chosen: chosenOn(wish, machine, sizing),
    startup: estimateStartup(model, machine.image, engine.startup(model, settings)),
    pool: machine.pool,
    tolerations: tolerationsFor(machine.pool, supply.catalog.clouds),
    engineArgs: withoutSettled(checked.args, settings, overrides, engine),
    modelAccessSecret,
    apiKeySecret: overrides.apiKey === true ? apiKeySecretName(objectName) : undefined,
    imagePullSecrets: [...new Set([...preset.imagePullSecrets, ...(overrides.imagePullSecrets ?? [])])],
    networkPolicy: overrides.networkPolicy ?? spec.annotations[ANNOTATIONS.networkPolicy]?.toLowerCase() === 'true',
    adapters: inference.adapters,
    warnings: [
      ...nameWarnings(spec),
      ...annotationWarnings(spec.annotations, engine),
      ...(facts.isOffline ? gateWarnings(model, modelAccessSecret) : []),
      ...pinWarnings(model),
      ...blindSpots(args, engine),
      ...machine.warnings,
      ...keptWarnings(machine, sizing),
      ...checked.warnings,
      ...effectWarnings(engine, model, checked.args),
    ],
  }
}

/** On one's own nodes the taints of every cloud: whose machines they are does not always show. */
function tolerationsFor(pool: PoolDecision, clouds: readonly CloudTraits[]): Toleration[] {
  return tolerationsOn(pool.mode === 'create' ? clouds.filter(({ id }) => id === pool.cloud) : clouds)
}

function requireImage(engine: Engine, { catalog }: Supply): void {
  if (imagesOf(catalog.images, engine.id).length > 0) return
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `The catalogue has no image of the engine ${engine.title}.`,
    hint: `Add one to presets/images.yaml, with engine: ${engine.id}; or choose another engine: the annotation ${ANNOTATIONS.runtime}.`,
  })
}

/** A Secret that is named, the one that kaito makes of a token, or the one that it made before. */
function accessSecret(
  objectName: string,
  fromSpec: string | undefined,
  { lock }: PlanFacts,
  { modelAccessSecret, hasHubToken }: PlanOverrides,
): string | undefined {
  if (hasHubToken === true) return hubTokenSecretName(objectName)
  return modelAccessSecret ?? fromSpec ?? lock?.hubTokenSecret
}

/** An image that the user names is taken as it is; one of the catalogue comes from the mirror, where there is one. */
function referenceOf(shipped: string, fromSpec: string | undefined, { image, registryMirror }: PlanOverrides): string {
  const given = image ?? fromSpec
  if (given !== undefined || registryMirror === undefined) return given ?? shipped
  return `${registryMirror.replace(/\/+$/, '')}/${shipped}`
}

/** Throws PREFLIGHT_REFUSED. */
export function checkSplit(model: ModelPreset, tp: number | undefined, engine: Engine): void {
  const problem = tp === undefined ? undefined : splitProblem(model, tp, engine)
  if (problem === undefined) return
  const legal = [1, 2, 4, 8].filter((size) => splitProblem(model, size, engine) === undefined)
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `${engine.spelling.gpus} ${tp} is impossible for ${model.name}: ${problem}.`,
    hint: `Possible: ${legal.join(', ')}. Without it kaito takes the smallest that fits.`,
    input: { flag: engine.spelling.gpus },
  })
}

/** The length is settled in `sizing`; a flag over the config map's value must not be undone by the latter. */
function withoutSettled(
  args: EngineArgs,
  { maxModelLen }: EngineSettings,
  overrides: PlanOverrides,
  { spelling }: Engine,
): Record<string, Scalar> {
  const { [spelling.contextLength]: given, ...rest } = args
  const isAuto = given !== undefined && maxModelLen === undefined && overrides.maxModelLen === undefined
  return isAuto ? { ...args } : rest
}

function nameWarnings({ name }: WorkspaceSpec): PlanWarning[] {
  const message = shortening(name)
  return message === undefined ? [] : [{ code: 'name-shortened', message: advice`${sentence(message)}.` }]
}

function pinWarnings(model: ModelPreset): PlanWarning[] {
  if (model.revision !== undefined) return []
  return [
    {
      code: 'revision-not-pinned',
      about: ABOUT_MODEL,
      message: `${model.modelId} is not pinned to a commit: whatever its default branch holds is served.`,
    },
  ]
}

function effectWarnings(engine: Engine, model: ModelPreset, args: EngineArgs): PlanWarning[] {
  const all = { ...presetFlags(model, engine.configSection), ...args }
  return engine.withoutEffect(all).map(({ flag, says, hint }) => ({
    code: 'no-effect',
    message: advice`${says}.${hint === undefined ? '' : ' '}${hint ?? ''}`,
    about: { flag },
  }))
}

function blindSpots(args: EngineArgs, { notInEstimate }: Engine): PlanWarning[] {
  const found = notInEstimate.filter((flag) => args[flag] !== undefined)
  return found.map((flag) => ({
    code: 'not-in-estimate',
    message: `--${flag} changes how much memory is needed; the estimate does not count it.`,
    about: { flag },
  }))
}
