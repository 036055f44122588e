/**
 * What a user said of a workspace, apart from what kaito chose. A deploy by name starts from what earlier ones said and
 * changes only what is said now; a file, with the flags beside it, is the whole truth.
 */
import type { Models } from '../catalog/catalog.ts'
import type { Patch } from '../objects/patches.ts'
import type { WorkspaceSpec } from '../workspace/spec.ts'
import type { PlanOverrides } from './types.ts'

/** By flags or their variables; what a file says stands in its spec. */
export interface Settings extends Omit<PlanOverrides, 'hasHubToken'> {
  /** The workspace runs on nodes that are there: no pool is made. */
  ownNodes?: boolean
  patches?: readonly Patch[]
}

type Flags = Settings['engineArgs']

export interface Said {
  spec: WorkspaceSpec
  settings: Settings
}

export interface Settled extends Said {
  /** The settings that an earlier deploy said, and this one does not. */
  kept: readonly (keyof Settings)[]
}

/** What settings are compared by. */
interface Names {
  models: Models
  /** Of the engine: a flag by the one name that it has in each of its spellings. */
  flagName(given: string): string
}

/** @param before what earlier deploys said; undefined where there was none, or where it does not count. */
export function settle(now: Said, before: Said | undefined, { models, flagName }: Names): Settled {
  if (before === undefined) return { ...now, kept: [] }
  const kept = (Object.keys(before.settings) as (keyof Settings)[]).filter((key) => !isSaid(now.settings[key]))
  const settings: Settings = { ...before.settings, ...sayings(now.settings) }
  const flags = { ...unsaid(before.settings.engineArgs, now.settings.engineArgs, flagName), ...now.settings.engineArgs }
  if (Object.keys(flags).length > 0) settings.engineArgs = flags
  return { spec: { ...withModel(before.spec, now.spec, models), name: now.spec.name }, settings, kept }
}

/** The flags of an earlier deploy that this one does not give in any spelling. */
function unsaid(before: Flags, now: Flags = {}, flagName: Names['flagName']): Flags {
  const names = new Set(Object.keys(now).map(flagName))
  return Object.fromEntries(Object.entries(before ?? {}).filter(([flag]) => !names.has(flagName(flag))))
}

/** What was said, without what was left unsaid: a list that is empty is as good as none. */
export function sayings(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => isSaid(value)))
}

function isSaid(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0)
}

/** The workspace as it was said, and the model as it is said now, by whichever of its names. */
function withModel(before: WorkspaceSpec, now: WorkspaceSpec, models: Models): WorkspaceSpec {
  const [was, is] = [before.inference?.preset, now.inference?.preset]
  if (before.inference === undefined || was === undefined || is === undefined) return now
  const [kept, said] = [models.find(was.name), models.find(is.name)]
  if (kept !== undefined && kept.name === said?.name) return before
  return { ...before, inference: { ...before.inference, preset: { ...was, name: is.name } } }
}
