import type { Engine } from './engine.ts'
import type { Plan } from './types.ts'

/** The model id that requests must use; the user's own flag wins over the preset. */
export function servedNameOf({ engineArgs, model }: Plan, engine: Engine): string {
  return engine.readSettings(engineArgs).servedName ?? model.servedModelName
}
