/** The model's name, or the files, that the command line gives → workspaces, with everything that is wrong with them. */
import { advice, kaito, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import type { Patch } from '#core/objects/patches.ts'
import { type Problem, problem } from '#core/problem.ts'
import type { Engines } from '#core/workspace/engine-traits.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import { NAME_RULE, nameFault, nameToType } from '#core/workspace/object-name.ts'
import type { ParseResult, WorkspaceInput, WorkspacePlaces } from '#core/workspace/spec.ts'
import type { WorkspaceOptions } from '../flags/workspace-options.ts'
import type { Io } from '../terminal/io.ts'
import { readHubToken } from './hub-token.ts'
import { fileWithoutFlag, looksLikeFile, readSources, unreadFolders } from './read-sources.ts'

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
    const spec = workspaceFromName(name)
    const input = renamed({ workspaces: [spec], companions: [] }, options.name ?? spec.name, engines)
    return { input, patches, ...hubToken, problems: [] }
  }
  const { draft, problems } = await readWorkspaces(files, io, engines, options.recursive)
  const input = renamed(draft, options.name, engines)
  return { input, patches, ...hubToken, problems, places: draft.places }
}

function renamed(input: WorkspaceInput, name: string | undefined, engines: Engines): WorkspaceInput {
  if (name === undefined) return input
  const [spec, ...others] = input.workspaces
  if (spec === undefined || others.length > 0) throw oneNameForMany(input.workspaces.length)
  const fault = nameFault(name, engines)
  if (fault !== undefined) throw badName(name, fault, engines)
  return { ...input, workspaces: [{ ...spec, name }] }
}

/** Files → workspaces. What their Secrets hold is shown nowhere from then on. */
export async function readWorkspaces(
  paths: readonly string[],
  io: Io,
  engines: Engines,
  isRecursive = false,
): Promise<ParseResult & { /** Every file that was read. */ files: string[] }> {
  const sources = await readSources(paths, io, isRecursive)
  // A model's name needs no parser.
  const { parseWorkspaces } = await import('#core/workspace/parse.ts')
  const parsed = parseWorkspaces(sources, engines)
  for (const value of parsed.secrets) io.redact.learn(value)
  const unread = isRecursive ? [] : unreadFolders(paths).map(notRead)
  return { ...parsed, problems: [...parsed.problems, ...unread], files: sources.map(({ label }) => label) }
}

function notRead(folder: string): Problem {
  const hint = advice`To include it: ${setting('recursive')}`
  return problem('folder-not-read', 'this directory is skipped', { file: folder }, { severity: 'warning', hint })
}

export async function readPatches({ patch = [] }: WorkspaceOptions, io: Io): Promise<Patch[]> {
  if (patch.length === 0) return []
  const { parsePatches } = await import('#core/objects/parse-patches.ts')
  return (await readSources(patch, io)).flatMap(({ label, text }) => parsePatches(label, text))
}

export function nameOrFile(both: boolean, { verb = 'deploy' }: Io): KaitoError {
  const what = verb === 'delete' ? 'a workspace name' : 'a model name'
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
    message: `Two models are given: ${argument}, and --model ${flag}.`,
    hint: 'Drop --model.',
  })
}

function badName(name: string, fault: string, engines: Engines): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `--name ${name}: ${fault}.`,
    hint: advice`Allowed: ${NAME_RULE}. For example: ${setting('name', nameToType(name, engines))}`,
  })
}

function oneNameForMany(count: number): KaitoError {
  return new KaitoError({
    code: 'USAGE',
    phase: 'spec',
    message: `--name names one workspace, but the input has ${count}.`,
    hint: 'Drop --name, or unset KAITO_NAME: each workspace in a file has its own name.',
  })
}
