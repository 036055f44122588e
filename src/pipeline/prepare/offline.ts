/** Spec → manifests with nothing but the catalogue: what `render` writes and `lint` checks. */
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { inNamespace, type KubeObject } from '#core/objects/kube-object.ts'
import { withoutNodeNamespace } from '#core/objects/labels.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { Supply } from '#core/plan/engine.ts'
import { missingFiles } from '#core/plan/engine-files.ts'
import { mergeEngineArgs, throwAll } from '#core/plan/engine-flags.ts'
import { placeProblems } from '#core/plan/place-problems.ts'
import { type PlanProblems, planProblems, standingProblems } from '#core/plan/problems.ts'
import type { Plan } from '#core/plan/types.ts'
import { inOrder, type PlanWarning, type Problem } from '#core/problem.ts'
import { besideWorkspace } from '#core/workspace/beside.ts'
import { type Engines, engineServing } from '#core/workspace/engine-traits.ts'
import type { Scalar, WorkspacePlaces, WorkspaceSpec } from '#core/workspace/spec.ts'
import { patchWarnings, type RenderSupply, renderObjects } from '#render/render.ts'
import type { DeployRequest } from '../prepared.ts'

/** What everything that needs no cluster is made of. */
export type OfflineSupply = RenderSupply

export async function planOffline(request: DeployRequest, supply: Supply): Promise<Plan> {
  return assemblePlan(request.spec, supply, await offlineFacts(request, supply), request.overrides)
}

/** What was read of files, be it in order or not. */
interface ReadFiles {
  problems: readonly Problem[]
  /** Of each request. */
  places: readonly WorkspacePlaces[]
}

/** Every rule over everything that was read, by file and line. */
export async function inputProblems(
  { problems, places }: ReadFiles,
  requests: readonly DeployRequest[],
  supply: RenderSupply,
): Promise<Problem[]> {
  const planned = await Promise.all(
    requests.map(async (request, index) => {
      const where = places[index]
      return where === undefined ? [] : placeProblems(await problemsOffline(request, supply), request.spec, where)
    }),
  )
  // What is no name at all is no unknown name as well.
  const more = planned.flat().filter((found) => !problems.some((one) => isSamePlace(one, found)))
  return inOrder([...problems, ...more])
}

function isSamePlace(one: Problem, other: Problem): boolean {
  return one.severity === 'error' && one.file === other.file && one.line === other.line && one.column === other.column
}

/** Everything that would keep it from being planned, and what the plan would warn of. */
async function problemsOffline(request: DeployRequest, supply: RenderSupply): Promise<PlanProblems> {
  const found = planProblems(request.spec, supply, await offlineFacts(request, supply), request.overrides)
  if (found.plan === undefined) return found
  try {
    const rendered = renderObjects(found.plan, supply, request.patches)
    return {
      errors: [...found.errors, ...fileErrors(found.plan, rendered, request.companions, supply)],
      warnings: [...found.warnings, ...patchWarnings(found.plan, rendered, supply)],
    }
  } catch (error) {
    if (error instanceof KaitoError) return { ...found, errors: [...found.errors, error] }
    throw error
  }
}

/** Of files that the engine would look for in vain. */
export function fileErrors(
  plan: Plan,
  rendered: readonly KubeObject[],
  companions: readonly KubeObject[],
  { engines }: Supply,
): KaitoError[] {
  return missingFiles(plan, rendered, companions, engineServing(plan.workspace.annotations, engines))
}

/** Of these, what is so on every cluster. */
export async function standingOffline(request: DeployRequest, supply: OfflineSupply): Promise<KaitoError[]> {
  const { spec, overrides, companions, patches } = request
  const facts = await offlineFacts(request, supply)
  const standing = standingProblems(spec, supply, facts.engineConfig, overrides)
  const engine = engineServing(spec.annotations, supply.engines)
  const args = mergeEngineArgs(engine, facts.engineConfig, overrides.engineArgs ?? {})
  // Few name a file: only then is anything rendered for it.
  if (standing.length > 0 || engine.filesIn(args).length === 0) return standing
  const { plan } = planProblems(spec, supply, facts, overrides)
  return plan === undefined ? [] : fileErrors(plan, renderObjects(plan, supply, patches), companions, supply)
}

async function offlineFacts({ spec, placement, companions }: DeployRequest, { engines }: Supply): Promise<PlanFacts> {
  const name = spec.inference?.config
  const config = besideWorkspace(companions, KINDS.configMap.kind, name, spec.namespace)
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

/** The manifests, the user's own objects first, and what they were planned from. */
interface Rendered {
  plan: Plan
  objects: KubeObject[]
  warnings: PlanWarning[]
}

/** @param isPlaced a namespace was said; without one the manifests go wherever they are applied to, and name none. */
export async function renderOffline(
  request: DeployRequest,
  supply: RenderSupply,
  isPlaced: boolean = true,
): Promise<Rendered> {
  const { namespace } = request.placement
  const planned = await planOffline(request, supply)
  const plan = isPlaced ? planned : anywhere(planned)
  const rendered = renderObjects(plan, supply, request.patches)
  throwAll(fileErrors(plan, rendered, request.companions, supply))
  const objects = isPlaced
    ? [...request.companions.map((object) => inNamespace(object, namespace)), ...rendered]
    : [...request.companions, ...rendered.map(withoutNamespace)]
  return { plan, objects, warnings: [...plan.warnings, ...patchWarnings(plan, rendered, supply)] }
}

function anywhere(plan: Plan): Plan {
  const { pool } = plan
  return { ...plan, pool: { ...pool, nodeSelector: withoutNodeNamespace(pool.nodeSelector) } }
}

function withoutNamespace(object: KubeObject): KubeObject {
  const { namespace: _, ...metadata } = object.metadata
  return { ...object, metadata }
}
