/** What earlier deploys of a workspace said, put under what is said now. */
import { holdsKind } from '#cluster/apply/apply-set.ts'
import { isScaledByOthers, withoutReplicas } from '#cluster/apply/replicas-owner.ts'
import { FIELD_MANAGER } from '#cluster/cluster.ts'
import { refOf } from '#core/objects/kube-object.ts'
import { podTemplateOf } from '#core/objects/pod-template.ts'
import { type Settings, settle } from '#core/plan/settings.ts'
import type { RootState } from '#core/state/root.ts'
import { unkeptSettings } from '#core/state/unkept-settings.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
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

/** A root of 0.1.0 keeps no settings: what its Deployment alone can tell of them counts as said. */
export async function withUnkept(now: DeployRequest, wanted: Wanted, facts: Facts, ports: Ports): Promise<Wanted> {
  const { root } = facts.seen
  if (!now.keeps || root === undefined || root.state.said !== undefined) return wanted
  const plan = planOf({ ...wanted.request, overrides: {}, patches: [] }, facts, ports)
  const unsaid = renderObjects(plan, ports)
  const rendered = unsaid.find((object) => podTemplateOf(object) !== undefined)
  if (rendered === undefined) return wanted
  const ref = { ...refOf(rendered), namespace: wanted.request.placement.namespace }
  const live = await ports.kube.get(ref, ports.signal)
  if (live === undefined) return wanted
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
