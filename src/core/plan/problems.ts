/** What planning refuses, told all at once: what is wrong in one place does not hide what is wrong in another. */

import { findModel } from '../catalog/find-model.ts'
import { KaitoError } from '../errors.ts'
import type { PlanFacts } from '../placement/facts.ts'
import { checkInstanceType } from '../placement/instance-type.ts'
import type { PlanWarning } from '../problem.ts'
import { engineOf } from '../workspace/engine-traits.ts'
import type { Scalar, WorkspaceSpec } from '../workspace/spec.ts'
import { assemblePlan } from './assemble.ts'
import type { Supply } from './engine.ts'
import { mergeEngineArgs, refuseFlags, tablesOf } from './engine-flags.ts'
import { requireInference } from './not-supported.ts'
import type { PlanOverrides } from './types.ts'

/** What neither machine nor cluster has to be known for. */
export function standingProblems(
  spec: WorkspaceSpec,
  { catalog, engines }: Supply,
  engineConfig: Record<string, Scalar>,
  overrides: PlanOverrides,
): KaitoError[] {
  const preset = spec.inference?.preset
  const engine = engineOf(spec.annotations, engines)
  return [
    ...refusalOf(() => requireInference(spec, engines)),
    ...(preset === undefined ? [] : refusalOf(() => findModel(catalog.models, preset.name))),
    ...refusalOf(() => {
      if (engine === undefined) return
      const args = mergeEngineArgs(engine, engineConfig, overrides.engineArgs ?? {})
      refuseFlags(engine, args, tablesOf(engine, catalog), (overrides.image ?? preset?.image) !== undefined)
      engine.readSettings(args)
    }),
  ]
}

/** All that can be said of a workspace with the facts that there are. */
export function planProblems(
  spec: WorkspaceSpec,
  supply: Supply,
  facts: PlanFacts,
  overrides: PlanOverrides,
): { errors: KaitoError[]; warnings: PlanWarning[] } {
  const standing = standingProblems(spec, supply, facts.engineConfig, overrides)
  const instanceType = overrides.instanceType ?? spec.resource.instanceType
  const unknown =
    facts.ownNodes || instanceType === undefined
      ? []
      : refusalOf(() => checkInstanceType(instanceType, supply.catalog.machines, facts.cloud))
  // Where no cloud is known, the file may be for nodes that are there already.
  const doubts: PlanWarning[] =
    facts.cloud === undefined ? unknown.map(({ message }) => ({ code: 'instance-type-unknown', message })) : []
  if (standing.length > 0)
    return { errors: facts.cloud === undefined ? standing : [...standing, ...unknown], warnings: doubts }
  let warnings: readonly PlanWarning[] = []
  const errors = refusalOf(() => {
    ;({ warnings } = assemblePlan(spec, supply, facts, overrides))
  })
  return { errors, warnings: [...doubts, ...warnings] }
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
