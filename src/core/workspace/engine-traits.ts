/** What reading a workspace has to know of the engines that there are. */
import { ANNOTATIONS } from './annotations.ts'

export type EngineId = string

export interface EngineTraits {
  readonly id: EngineId
  /** As its makers write it. */
  readonly title: string
  /** The key of inference_config.yaml, and of a model preset, that holds its flags. */
  readonly configSection: string
  /** Flags by what they say. */
  readonly spelling: { readonly contextLength: string; readonly gpus: string; readonly dtype: string }
  /** A flag's name as its help has it: no dashes before it, the long form. */
  flagName(given: string): string
  /** Whether an adapter can be applied by less than all of it. */
  readonly takesAdapterStrength: boolean
  /** The name of a Service by whose variables the pods of its namespace would break. */
  readonly brokenByService?: string
}

/** The engines, in the order in which they are named. */
export interface Engines<E extends EngineTraits = EngineTraits> {
  readonly all: readonly E[]
  /** Serves where nobody says which. */
  readonly standard: EngineId
  /** Upstream's names of those that kaito does not have. */
  readonly unavailable: readonly string[]
}

/** What the annotation of a workspace names, or the standard one; undefined: it names one that there is not. */
export function engineOf<E extends EngineTraits>(
  annotations: Readonly<Record<string, string>> | undefined,
  { all, standard, unavailable }: Engines<E>,
): E | undefined {
  const named = annotations?.[ANNOTATIONS.runtime]
  if (named !== undefined && unavailable.includes(named)) return undefined
  return all.find(({ id }) => id === named) ?? all.find(({ id }) => id === standard)
}

/** What the annotation may say. */
export function runtimesOf({ all, unavailable }: Engines): string[] {
  return [...all.map(({ id }) => id), ...unavailable]
}

/** The engine of a workspace that was deployed: what it was refused for then is no matter any more. */
export function engineServing<E extends EngineTraits>(
  annotations: Readonly<Record<string, string>> | undefined,
  engines: Engines<E>,
): E {
  const found = engineOf(annotations, engines) ?? engines.all[0]
  if (found === undefined) throw new Error('no engine is registered')
  return found
}
