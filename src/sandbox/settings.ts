/** How the sandbox behaves; kept over restarts. */
import { findDrill } from './drills.ts'

export interface Settings {
  /** Times faster than real. */
  speed: number
  /** Name of the rehearsed failure; null: none. */
  drill: string | null
  /** Base URL of an OpenAI-compatible server that answers instead of the script; null: none. */
  engine: string | null
  /** Which cloud is played, from the next start on; absent: the first of the registry. */
  cloud?: string
}

/** Sixteen minutes of a first deploy become sixteen seconds. */
const DEFAULT_SETTINGS: Settings = { speed: 60, drill: null, engine: null }

const FASTEST = 100_000

/** Throws when a value makes no sense. */
export function changeSettings(before: Settings, change: Partial<Settings>): Settings {
  const next = { ...before, ...change }
  if (!(next.speed > 0 && next.speed <= FASTEST)) throw new Error(`speed must be above 0 and at most ${FASTEST}`)
  if (next.drill !== null && findDrill(next.drill) === undefined) throw new Error(`there is no drill ${next.drill}`)
  if (next.engine !== null && !/^https?:$/.test(URL.canParse(next.engine) ? new URL(next.engine).protocol : ''))
    throw new Error('the engine must be an http or https URL')
  return next
}

/** What another release may have called otherwise is forgotten. */
export function keptSettings(saved: Settings | undefined): Settings {
  try {
    return changeSettings(DEFAULT_SETTINGS, saved ?? {})
  } catch {
    return DEFAULT_SETTINGS
  }
}

/** What runs here. */
export interface SandboxState {
  settings: Settings
  nodes: number
  pods: number
  /** Pools that kaito made, by the name of their workspace. */
  workspaces: string[]
  setAside: readonly string[]
}
