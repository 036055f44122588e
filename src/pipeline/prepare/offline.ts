/** Spec → manifests with nothing but the catalogue: what `render` writes and `lint` checks. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { Supply } from '#core/plan/engine.ts'
import { planProblems, standingProblems } from '#core/plan/problems.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import type { Engines } from '#core/workspace/engine-traits.ts'
import type { Scalar, WorkspaceSpec } from '#core/workspace/spec.ts'
import { patchWarnings, type RenderSupply, renderObjects } from '#render/render.ts'
import type { DeployRequest } from '../prepared.ts'

export async function planOffline(request: DeployRequest, supply: Supply): Promise<Plan> {
  return assemblePlan(request.spec, supply, await offlineFacts(request, supply), request.overrides)
}

/** Everything that would keep it from being planned, and what the plan would warn of. */
export async function problemsOffline(
  request: DeployRequest,
  supply: Supply,
): Promise<ReturnType<typeof planProblems>> {
  return planProblems(request.spec, supply, await offlineFacts(request, supply), request.overrides)
}

/** Of these, what is so on every cluster. */
export async function refuseOffline(request: DeployRequest, supply: Supply): Promise<void> {
  const { engineConfig } = await offlineFacts(request, supply)
  const [first] = standingProblems(request.spec, supply, engineConfig, request.overrides)
  if (first !== undefined) throw first
}

async function offlineFacts({ spec, placement, companions }: DeployRequest, { engines }: Supply): Promise<PlanFacts> {
  const name = spec.inference?.config
  const config = companions.find((c) => c.kind === KINDS.configMap.kind && c.metadata.name === name)
  return {
    namespace: placement.namespace,
    cloud: placement.cloud,
    ownNodes: placement.ownNodes ?? false,
    nodes: [],
    isOffline: true,
    clusterUid: 'offline',
    engineConfig: name === undefined || config === undefined ? {} : await flagsIn(config, spec, engines),
  }
}

/** It is YAML of the user's: only then is a parser loaded. */
async function flagsIn(config: KubeObject, spec: WorkspaceSpec, engines: Engines): Promise<Record<string, Scalar>> {
  const { readEngineConfig } = await import('#core/workspace/engine-config.ts')
  return readEngineConfig(config, spec.annotations, engines).flags
}

/** The manifests, the user's own objects first. */
export async function renderOffline(
  request: DeployRequest,
  supply: RenderSupply,
): Promise<{ objects: KubeObject[]; warnings: PlanWarning[] }> {
  const plan = await planOffline(request, supply)
  const rendered = renderObjects(plan, supply, request.patches)
  return {
    objects: [...request.companions, ...rendered],
    warnings: [...plan.warnings, ...patchWarnings(plan, rendered, supply)],
  }
}
