/** Spec → manifests with nothing but the catalogue: what `render` writes and `lint` checks. */
import type { Catalog } from '#core/catalog/catalog.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { planProblems, standingProblems } from '#core/plan/problems.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import { readEngineConfig } from '#core/workspace/engine-config.ts'
import { renderObjects, strategyWarnings } from '#render/render.ts'
import type { DeployRequest } from '../prepared.ts'

export function planOffline(request: DeployRequest, catalog: Catalog): Plan {
  return assemblePlan(request.spec, catalog, offlineFacts(request), request.overrides)
}

/** Everything that would keep it from being planned, and what the plan would warn of. */
export function problemsOffline(request: DeployRequest, catalog: Catalog): ReturnType<typeof planProblems> {
  return planProblems(request.spec, catalog, offlineFacts(request), request.overrides)
}

/** Of these, what is so on every cluster. */
export function refuseOffline(request: DeployRequest, catalog: Catalog): void {
  const { engineConfig } = offlineFacts(request)
  const [first] = standingProblems(request.spec, catalog, engineConfig, request.overrides)
  if (first !== undefined) throw first
}

function offlineFacts({ spec, placement, companions }: DeployRequest): PlanFacts {
  const name = spec.inference?.config
  const config = companions.find((c) => c.kind === KINDS.configMap.kind && c.metadata.name === name)
  return {
    namespace: placement.namespace,
    cloud: placement.cloud,
    ownNodes: placement.ownNodes ?? false,
    nodes: [],
    isOffline: true,
    clusterUid: 'offline',
    engineConfig: name === undefined || config === undefined ? {} : readEngineConfig(config).vllm,
  }
}

/** The manifests, the user's own objects first. */
export function renderOffline(
  request: DeployRequest,
  catalog: Catalog,
  templates: TemplateSet,
): { objects: KubeObject[]; warnings: PlanWarning[] } {
  const plan = planOffline(request, catalog)
  const rendered = renderObjects(plan, templates, request.patches)
  return {
    objects: [...request.companions, ...rendered],
    warnings: [...plan.warnings, ...strategyWarnings(rendered)],
  }
}
