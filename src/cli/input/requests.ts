/** argv and files → the typed requests that the pipeline takes. */
import { advice, kaito } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { Patch } from '#core/objects/patches.ts'
import type { Supply } from '#core/plan/engine.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import type { Problem } from '#core/problem.ts'
import type { Engines } from '#core/workspace/engine-traits.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import { isWorkspaceName, NAME_RULE, objectNameFor } from '#core/workspace/object-name.ts'
import type { ParseResult, WorkspaceInput, WorkspacePlaces, WorkspaceSpec } from '#core/workspace/spec.ts'
import type { DestroyRequest } from '#pipeline/observe/owned.ts'
import type { Placement } from '#pipeline/observe/target.ts'
import type { Ports } from '#pipeline/ports.ts'
import type { OfflineSupply } from '#pipeline/prepare/offline.ts'
import type { DeployRequest } from '#pipeline/prepared.ts'
import type { GlobalOptions, WorkspaceOptions } from '../flags/options.ts'
import { tellOverridden } from '../flags/origins.ts'
import type { Session } from '../session.ts'
import type { Io } from '../terminal/io.ts'
import { readHubToken } from './hub-token.ts'
import { fileWithoutFlag, looksLikeFile, readSources } from './read-sources.ts'
import { refuseInvalid, refuseStanding } from './refuse-input.ts'

export interface ReadInput {
  input: WorkspaceInput
  patches: Patch[]
  hubToken?: string
  /** What is wrong with the files, and worth a word. */
  problems: Problem[]
  /** Of each workspace; absent where no file was read. */
  places?: readonly WorkspacePlaces[]
}

/** The workspaces that the command line names: a model's name, or files; of these as much as could be read. */
export async function readInput(
  model: string | undefined,
  options: WorkspaceOptions,
  io: Io,
  engines: Engines,
): Promise<ReadInput> {
  const files = options.filename ?? []
  const name = model ?? options.model
  if (options.model !== undefined && name !== options.model) throw twoModels(name ?? '', options.model)
  if (name !== undefined && looksLikeFile(name)) throw fileWithoutFlag([name], files)
  const patches = await readPatches(options, io)
  const token = await readHubToken(options, io)
  const hubToken = token === undefined ? {} : { hubToken: token }
  if ((name === undefined) === (files.length === 0)) throw nameOrFile(name !== undefined, io)
  if (name !== undefined) {
    return {
      input: renamed({ workspaces: [workspaceFromName(name)], companions: [] }, options.name, engines),
      patches,
      ...hubToken,
      problems: [],
    }
  }
  const { draft, problems } = await readWorkspaces(files, io, engines)
  const input = renamed(draft, options.name, engines)
  return { input, patches, ...hubToken, problems, places: draft.places }
}

function renamed(input: WorkspaceInput, name: string | undefined, engines: Engines): WorkspaceInput {
  if (name === undefined) return input
  const [spec, ...others] = input.workspaces
  if (spec === undefined || others.length > 0) throw oneNameForMany(input.workspaces.length)
  if (!isWorkspaceName(name)) throw badName(name, engines)
  return { ...input, workspaces: [{ ...spec, name }] }
}

/** Files → workspaces. What their Secrets hold is shown nowhere from then on. */
export async function readWorkspaces(
  paths: readonly string[],
  io: Io,
  engines: Engines,
): Promise<ParseResult & { /** Every file that was read. */ files: string[] }> {
  const sources = await readSources(paths, io)
  // A model's name needs no parser.
  const { parseWorkspaces } = await import('#core/workspace/parse.ts')
  const parsed = parseWorkspaces(sources, engines)
  for (const value of parsed.secrets) io.redact.learn(value)
  return { ...parsed, files: sources.map(({ label }) => label) }
}

export async function readPatches({ patch = [] }: WorkspaceOptions, io: Io): Promise<Patch[]> {
  if (patch.length === 0) return []
  const { parsePatches } = await import('#core/objects/parse-patches.ts')
  return (await readSources(patch, io)).flatMap(({ label, text }) => parsePatches(label, text))
}

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

/** @param fallback namespace of the kubeconfig's context. */
function placementOf(options: WorkspaceOptions, global: GlobalOptions, fallback: string): Placement {
  const { cloud, byo, clusterResource } = options
  return {
    namespace: global.namespace ?? fallback,
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
    placement: placementOf(options, global, spec.namespace ?? contextNamespace),
    forceConflicts: options.forceConflicts ?? false,
  }))
}

/** What delete takes away: a workspace that is named, or those of the files, where deploy would put them. */
export async function removalsFor(
  name: string | undefined,
  options: WorkspaceOptions,
  session: Session,
): Promise<{ removals: DestroyRequest[]; ports: Ports }> {
  const { filename = [], name: renamed } = options
  if (name !== undefined && looksLikeFile(name)) throw fileWithoutFlag([name], filename)
  if (name !== undefined && filename.length > 0) throw nameOrFile(true, session.io)
  const source = renamed === undefined ? { filename } : { filename, name: renamed }
  const { engines } = session.registries
  const specs = name === undefined ? await specsOf(source, session) : []
  const ports = await session.ports()
  const { namespace } = ports.kube.identity()
  if (name !== undefined) {
    const placement = placementOf(options, session.options, namespace)
    return { removals: [{ objectName: objectNameFor(name, engines), placement }], ports }
  }
  const removals = specs.map((spec) => ({
    objectName: objectNameFor(spec.name, engines),
    placement: placementOf(options, session.options, spec.namespace ?? namespace),
    spec,
  }))
  return { removals, ports }
}

async function specsOf(source: WorkspaceOptions, { io, registries }: Session): Promise<WorkspaceSpec[]> {
  const { input, problems } = await readInput(undefined, source, io, registries.engines)
  refuseInvalid(problems, source.filename ?? [])
  return input.workspaces
}

function nameOrFile(both: boolean, { verb = 'deploy' }: Io): KaitoError {
  const what = verb === 'delete' ? 'the name of a workspace' : 'a model name'
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: both ? `Give ${what} or -f FILE, not both.` : `Give ${what}, or a workspace file with -f.`,
    hint: advice`For example: ${kaito(verb, { workspace: 'mistral-7b' })}, or: ${kaito(verb, { settings: { filename: 'workspace.yaml' } })}`,
  })
}

function twoModels(argument: string, flag: string): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `The model is ${argument} or, by --model, ${flag}: which?`,
    hint: 'Leave out --model.',
  })
}

function badName(name: string, engines: Engines): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `--name ${name} is not a name that Kubernetes takes here.`,
    hint: `Allowed: ${NAME_RULE}. For example: --name ${objectNameFor(name, engines)}`,
  })
}

function oneNameForMany(count: number): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `--name is the name of one workspace, and the input has ${count}.`,
    hint: 'Leave out --name (also KAITO_NAME): each workspace of a file has its own.',
  })
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
  return { requests: { items, warnings: read.problems }, ports }
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
