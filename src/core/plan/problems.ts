/** What planning refuses, told all at once: what is wrong in one place does not hide what is wrong in another. */

import { findModel } from '../catalog/find-model.ts'
import type { ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import type { PlanFacts } from '../placement/facts.ts'
import { checkInstanceType } from '../placement/instance-type.ts'
import type { PlanWarning } from '../problem.ts'
import { engineOf } from '../workspace/engine-traits.ts'
import type { Scalar, WorkspaceSpec } from '../workspace/spec.ts'
import { assemblePlan, checkSplit } from './assemble.ts'
import type { Engine, Supply } from './engine.ts'
import { flagErrors, lengthTwiceErrors, mergeEngineArgs, tablesOf, twiceErrors } from './engine-flags.ts'
import { inferenceErrors } from './not-supported.ts'
import type { Plan, PlanOverrides } from './types.ts'

export interface PlanProblems {
  errors: KaitoError[]
  warnings: PlanWarning[]
  /** Of what is left once what is refused is left out; absent where that cannot be planned either. */
  plan?: Plan
}

/** What neither machine nor cluster has to be known for. */
export function standingProblems(
  spec: WorkspaceSpec,
  { catalog, engines }: Supply,
  engineConfig: Record<string, Scalar>,
  overrides: PlanOverrides,
): KaitoError[] {
  const preset = spec.inference?.preset
  const engine = engineOf(spec.annotations, engines)
  const unknown = preset === undefined ? [] : refusalOf(() => findModel(catalog.models, preset.name))
  const model = preset === undefined ? undefined : catalog.models.find(preset.name)
  const args = engine === undefined ? {} : mergeEngineArgs(engine, engineConfig, overrides.engineArgs ?? {})
  const isOwnImage = (overrides.image ?? preset?.image) !== undefined
  const flags = engine === undefined ? [] : flagErrors(engine, args, tablesOf(engine, catalog), isOwnImage)
  const sound = without(args, flags)
  return [
    ...inferenceErrors(spec, engines),
    ...unknown,
    ...(engine === undefined ? [] : twiceErrors(engine, overrides.engineArgs ?? {})),
    ...(engine === undefined ? [] : lengthTwiceErrors(engine, overrides)),
    ...flags,
    ...(engine === undefined ? [] : settingErrors(engine, sound, model)),
  ]
}

/** All that can be said of a workspace with the facts that there are. */
export function planProblems(
  spec: WorkspaceSpec,
  supply: Supply,
  facts: PlanFacts,
  overrides: PlanOverrides,
): PlanProblems {
  const standing = standingProblems(spec, supply, facts.engineConfig, overrides)
  const instanceType = overrides.instanceType ?? spec.resource.instanceType
  const unknown =
    facts.ownNodes || instanceType === undefined
      ? []
      : refusalOf(() => checkInstanceType(instanceType, supply.catalog.machines, facts.cloud))
  // Where no cloud is known, the file may be for nodes that are there already.
  const doubts: PlanWarning[] =
    facts.cloud === undefined ? unknown.map(({ message, input }) => doubtOf(message, input)) : []
  const refused = facts.cloud === undefined ? [] : unknown
  const placeable = placeableOf(spec, supply)
  const planned: PlanProblems =
    placeable === undefined
      ? { errors: refused, warnings: [] }
      : planRest(placeable, supply, facts, overrides, standing)
  const { plan, errors, warnings } = planned
  return {
    errors: [...standing, ...errors],
    warnings: [...doubts, ...warnings],
    ...(plan === undefined ? {} : { plan }),
  }
}

function doubtOf(message: string, about: KaitoError['input']): PlanWarning {
  return { code: 'instance-type-unknown', message, ...(about === undefined ? {} : { about }) }
}

interface Placeable {
  spec: WorkspaceSpec
  engine: Engine
}

/** The workspace without what kaito cannot do; undefined where that leaves no model to be placed, or none to serve it. */
function placeableOf(spec: WorkspaceSpec, { catalog, engines }: Supply): Placeable | undefined {
  const { inference, tuning, annotations } = spec
  const { partition: _, ...resource } = spec.resource
  const engine = engineOf(annotations, engines)
  if (tuning !== undefined || inference?.preset === undefined || inference.template !== undefined) return undefined
  if (engine === undefined || catalog.models.find(inference.preset.name) === undefined) return undefined
  return { spec: { ...spec, resource, inference: { ...inference, adapters: [] } }, engine }
}

/** The plan without the flags that are refused already: does the rest fit? */
function planRest(
  { spec, engine }: Placeable,
  supply: Supply,
  facts: PlanFacts,
  overrides: PlanOverrides,
  standing: readonly KaitoError[],
): PlanProblems {
  const sound = (args: Record<string, Scalar>): Record<string, Scalar> => {
    const rest = without(mergeEngineArgs(engine, args), standing)
    // What goes may be what another flag needs.
    return standing.length === 0
      ? rest
      : without(rest, flagErrors(engine, rest, tablesOf(engine, supply.catalog), false))
  }
  let plan: Plan | undefined
  const errors = refusalOf(() => {
    const given = { ...overrides, engineArgs: sound(overrides.engineArgs ?? {}) }
    plan = assemblePlan(spec, supply, { ...facts, engineConfig: sound(facts.engineConfig) }, given)
  })
  return { errors, warnings: plan?.warnings ?? [], ...(plan === undefined ? {} : { plan }) }
}

/** Of values that make no sense, and of a split that the model does not take. */
function settingErrors(engine: Engine, args: Record<string, Scalar>, model: ModelPreset | undefined): KaitoError[] {
  const [error] = refusalOf(() => {
    const { tensorParallelSize } = engine.readSettings(args)
    if (model !== undefined) checkSplit(model, tensorParallelSize, engine)
  })
  if (error === undefined) return []
  const rest = without(args, [error])
  const isMore = Object.keys(rest).length < Object.keys(args).length
  return [error, ...(isMore ? settingErrors(engine, rest, model) : [])]
}

function without(args: Record<string, Scalar>, errors: readonly KaitoError[]): Record<string, Scalar> {
  const gone = new Set(errors.flatMap(({ input }) => (input !== undefined && 'flag' in input ? [input.flag] : [])))
  return Object.fromEntries(Object.entries(args).filter(([flag]) => !gone.has(flag)))
}

function refusalOf(check: () => void): KaitoError[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof KaitoError) return [error]
    throw error
  }
}
