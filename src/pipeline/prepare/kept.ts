/** What earlier deploys of a workspace said, put under what is said now. */
import { holdsKind } from '#cluster/apply/apply-set.ts'
import { isScaledByOthers, withoutReplicas } from '#cluster/apply/replicas-owner.ts'
import { FIELD_MANAGER } from '#cluster/cluster.ts'
import { refTo } from '#core/objects/kinds.ts'
import { podTemplateOf } from '#core/objects/pod-template.ts'
import { memoryFlags } from '#core/plan/kept-choice.ts'
import { type Settings, settle } from '#core/plan/settings.ts'
import { isRead } from '#core/sizing/chosen.ts'
import type { RootState } from '#core/state/root.ts'
import { choiceIn, isSameFor, unkeptSettings } from '#core/state/unkept-settings.ts'
import { workloadOf } from '#core/workload/workload.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import { renderObjects } from '#render/render.ts'
import type { Facts } from '../observe/facts.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest } from '../prepared.ts'
import { planOf } from './planned.ts'

/** The request as it counts, and the settings that it leaves to be kept in the root. */
export interface Wanted {
  request: DeployRequest
  said: Settings
  /** Those of them that only earlier deploys said. */
  kept: readonly (keyof Settings)[]
}

/** @param root of the workspace, where there is one. */
export function wantedOf(
  request: DeployRequest,
  root: RootState | undefined,
  { catalog: { models }, engines }: Pick<Ports, 'catalog' | 'engines'>,
): Wanted {
  const { flagName } = engineServing(request.spec.annotations, engines)
  const before = request.keeps && root !== undefined ? { spec: root.spec, settings: root.said ?? {} } : undefined
  const { spec, settings, kept } = settle({ spec: request.spec, settings: saidNow(request) }, before, {
    models,
    flagName,
  })
  const { ownNodes = false, patches = [], ...overrides } = settings
  const { hasHubToken } = request.overrides
  return {
    said: settings,
    kept,
    request: {
      ...request,
      spec,
      patches,
      overrides: hasHubToken === undefined ? overrides : { ...overrides, hasHubToken },
      placement: { ...request.placement, ownNodes },
    },
  }
}

function saidNow({ overrides, patches, placement }: DeployRequest): Settings {
  const { hasHubToken: _, ...flags } = overrides
  return placement.ownNodes === undefined ? { ...flags, patches } : { ...flags, patches, ownNodes: placement.ownNodes }
}

/** A root of 0.1.0 keeps neither settings nor choices: what its Deployment alone can tell is read there. */
export async function withWorker(facts: Facts, { spec, placement }: DeployRequest, ports: Ports): Promise<Facts> {
  const { root } = facts.seen
  if (root === undefined || root.state.chosen !== undefined) return facts
  const { worker: kind } = workloadOf(spec, ports.workloads)
  const worker = await ports.kube.get(refTo(kind, objectNameFor(spec.name), placement.namespace), ports.signal)
  if (worker === undefined) return facts
  const chosen = choiceIn(worker, engineServing(spec.annotations, ports.engines), root.state.lock)
  return { ...facts, worker, plan: { ...facts.plan, chosen } }
}

/** What was said for the pods that there are counts as said, where the root of 0.1.0 does not tell it. */
export function withUnkept(now: DeployRequest, wanted: Wanted, facts: Facts, ports: Ports): Wanted {
  const { worker: live, seen } = facts
  const { root } = seen
  if (!now.keeps || root === undefined || root.state.said !== undefined || live === undefined) return wanted
  // Another model than is asked for now, it may be.
  const spec = { ...root.state.spec, name: wanted.request.spec.name }
  const plan = planOf({ ...wanted.request, spec, overrides: {}, patches: [] }, withChoiceForAny(facts), ports)
  const unsaid = renderObjects(plan, ports)
  const rendered = unsaid.find((object) => podTemplateOf(object) !== undefined)
  if (rendered === undefined) return wanted
  const guarded = renderObjects({ ...plan, networkPolicy: true }, ports)
  const policy = guarded.find((object) => !unsaid.some(({ kind }) => kind === object.kind))
  // How many an autoscaler has set, nobody has said.
  const applied = isScaledByOthers(live, FIELD_MANAGER) ? withoutReplicas(live) : live
  const said: Settings = {
    ...unkeptSettings(applied, rendered),
    ...(policy !== undefined && holdsKind(root.object, policy) ? { networkPolicy: true } : {}),
    ...(root.state.lock.apiKeySecret === undefined ? {} : { apiKey: true }),
  }
  return wantedOf(now, { ...root.state, said }, ports)
}

/** Whichever image and machine it was for: these were said, too. */
function withChoiceForAny(facts: Facts): Facts {
  const { chosen } = facts.plan
  return chosen === undefined || !isRead(chosen)
    ? facts
    : { ...facts, plan: { ...facts.plan, chosen: { ...chosen, for: {} } } }
}

/** What was chosen for the pods that there are counts, unless what bears on it is said otherwise now. */
export function knownFor(request: DeployRequest, facts: Facts, ports: Ports): Facts {
  if (facts.worker === undefined) return facts
  const objects = renderObjects(planOf(request, facts, ports), ports, request.patches)
  const rendered = objects.find((object) => podTemplateOf(object) !== undefined)
  const flags = memoryFlags(engineServing(request.spec.annotations, ports.engines))
  if (isSameFor(flags, facts.worker, rendered)) return facts
  const { chosen: _, ...plan } = facts.plan
  return { ...facts, plan }
}
