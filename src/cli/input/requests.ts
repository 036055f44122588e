/** What the command line asks for → the typed requests that the pipeline takes. */
import { advice } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { Supply } from '#core/plan/engine.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import { type Problem, problem } from '#core/problem.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import type { WorkspacePlaces } from '#core/workspace/spec.ts'
import type { Placement } from '#pipeline/observe/target.ts'
import type { Ports } from '#pipeline/ports.ts'
import type { OfflineSupply } from '#pipeline/prepare/offline.ts'
import type { DeployRequest } from '#pipeline/prepared.ts'
import type { GlobalOptions } from '../flags/options.ts'
import { tellOverridden } from '../flags/origins.ts'
import type { WorkspaceOptions } from '../flags/workspace-options.ts'
import type { Session } from '../session.ts'
import { type ReadInput, readInput } from './read-input.ts'
import { refuseStanding } from './refuse-input.ts'

function overridesOf(options: WorkspaceOptions, hasHubToken: boolean): PlanOverrides {
  const { instanceType, maxModelLen, replicas, engineArg, image, modelAccessSecret } = options
  const { imagePullSecret, registryMirror, apiKey, networkPolicy } = options
  return {
    hasHubToken,
    imagePullSecrets: imagePullSecret ?? [],
    ...(registryMirror === undefined ? {} : { registryMirror }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(networkPolicy === undefined ? {} : { networkPolicy }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(maxModelLen === undefined ? {} : { maxModelLen }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(engineArg === undefined ? {} : { engineArgs: engineArg }),
    ...(image === undefined ? {} : { image }),
    ...(modelAccessSecret === undefined ? {} : { modelAccessSecret }),
  }
}

/** Undefined where only the config file says one: a workspace's own comes before it. */
function saidNamespace({ namespace, namespaceFrom }: GlobalOptions): string | undefined {
  return namespaceFrom === 'config' ? undefined : namespace
}

/** @param fallback namespace of the kubeconfig's context. */
export function placementOf(options: WorkspaceOptions, global: GlobalOptions, fallback: string): Placement {
  const { cloud, byo, clusterResource } = options
  return {
    namespace: saidNamespace(global) ?? fallback,
    ...(byo === undefined ? {} : { ownNodes: byo }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(clusterResource === undefined ? {} : { clusterResource }),
  }
}

export function requestsOf(
  read: ReadInput,
  options: WorkspaceOptions,
  global: GlobalOptions,
  contextNamespace: string,
): DeployRequest[] {
  const { workspaces, companions } = read.input
  return workspaces.map((spec) => ({
    spec,
    keeps: (options.filename ?? []).length === 0 && options.reset !== true,
    // They belong to the input as a whole: each workspace may refer to any of them.
    companions,
    overrides: overridesOf(options, read.hubToken !== undefined),
    patches: read.patches,
    ...(read.hubToken === undefined ? {} : { hubToken: read.hubToken }),
    placement: placementOf(options, global, spec.namespace ?? global.namespace ?? contextNamespace),
    forceConflicts: options.forceConflicts ?? false,
  }))
}

/** What there is to plan with. */
export async function supplyOf({ registries, options }: Session): Promise<Supply> {
  return { catalog: await registries.data.catalog(registries.engines, options.presets), engines: registries.engines }
}

/** And to render with. */
export async function renderSupplyOf(session: Session): Promise<OfflineSupply> {
  const { data, workloads } = session.registries
  return { ...(await supplyOf(session)), templates: await data.templates(), workloads }
}

/** Everything that deploy, plan and diff start from. */
export async function requestsFor(
  model: string | undefined,
  options: WorkspaceOptions,
  session: Session,
): Promise<{ requests: { items: DeployRequest[]; warnings: Problem[] }; ports: Ports }> {
  const read = await readInput(model, options, session.io, session.registries.engines)
  tellOverridden(read.input.workspaces, options, session)
  const supply = await renderSupplyOf(session)
  await refuseStanding(read, requestsOf(read, options, session.options, 'default'), supply, options)
  const ports = await session.ports()
  const items = requestsOf(read, options, session.options, ports.kube.identity().namespace)
  refuseSameName(items)
  return { requests: { items, warnings: read.problems }, ports }
}

/** Of each, whether one before it has its name: in two namespaces by the file, and in one by -n or by the context. */
function sameNames(requests: readonly DeployRequest[]): boolean[] {
  const keys = requests.map(({ spec, placement }) => `${placement.namespace}/${objectNameFor(spec.name)}`)
  return keys.map((key, index) => keys.indexOf(key) < index)
}

export function sameNameProblems(requests: readonly DeployRequest[], places: readonly WorkspacePlaces[]): Problem[] {
  const same = sameNames(requests)
  return requests.flatMap(({ spec: { name }, placement: { namespace } }, index) => {
    const place = places[index]?.name
    if (same[index] !== true || place === undefined) return []
    const message = `another workspace in the input is also named ${name} in namespace ${namespace}`
    return [problem('duplicate-name', message, place, { value: name, path: 'metadata.name' })]
  })
}

export function refuseSameName(requests: readonly DeployRequest[]): void {
  const same = sameNames(requests)
  const second = requests.find((_, index) => same[index])
  if (second === undefined) return
  const { spec, placement } = second
  throw new KaitoError({
    code: 'SPEC_INVALID',
    phase: 'spec',
    message: `Two workspaces in the input are named ${spec.name} in namespace ${placement.namespace}.`,
    hint: 'Rename one of them, or drop -n: then each goes to the namespace in its file.',
    resource: { kind: 'Workspace', name: spec.name, namespace: placement.namespace },
  })
}

export function showWarnings(warnings: readonly Problem[], session: Session): void {
  for (const { rule, message, file, line } of warnings) {
    session.emit({
      type: 'warning',
      phase: 'spec',
      code: rule,
      message: advice`${file}${line === undefined ? '' : `:${line}`}: ${message}`,
    })
  }
}
