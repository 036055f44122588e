import type { Plan } from './types.ts'

/** The model id that requests must use; the user's own flag wins over the preset. */
export function servedNameOf({ engineArgs, model }: Plan): string {
  const given = engineArgs['served-model-name']
  return given === undefined ? model.servedModelName : String(given)
}
