/** The context length that is served: the user's, or the model's when it fits, or what the memory allows. */
import { advice, setting } from '../advice.ts'
import type { ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import type { Engine } from '../plan/engine.ts'
import { isRead } from './chosen.ts'
import type { Fit } from './fit.ts'
import type { EngineSettings, Sizing } from './types.ts'

export interface Asked {
  tokens: number | undefined
  from: 'flag' | 'config'
}

/** What the user asked for: the flag, an engine flag, or the config map. Refused beyond the model's own limit. */
export function askedLength(
  model: ModelPreset,
  overrides: { maxModelLen?: number },
  flags: EngineSettings,
  config: EngineSettings,
  { spelling }: Pick<Engine, 'spelling'>,
): Asked {
  const flag = overrides.maxModelLen ?? flags.maxModelLen
  const asked: Asked =
    flag === undefined ? { tokens: config.maxModelLen, from: 'config' } : { tokens: flag, from: 'flag' }
  if (asked.tokens === undefined || asked.tokens <= model.maxContext) return asked
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `${model.name} takes at most ${model.maxContext} tokens, not ${asked.tokens}.`,
    hint: advice`At most: ${setting('maxModelLen', model.maxContext)}`,
    input: { flag: spelling.contextLength },
  })
}

type Length = Pick<Sizing, 'maxModelLen' | 'maxModelLenFrom'>

export function lengthFor(model: ModelPreset, asked: Asked, fit: Fit): Length {
  if (asked.tokens !== undefined) return { maxModelLen: asked.tokens, maxModelLenFrom: asked.from }
  const { kept } = fit
  const own = ownLength(model, fit)
  if (kept === undefined || (isRead(kept) && kept.maxModelLen <= own.maxModelLen)) return own
  return { maxModelLen: kept.maxModelLen, maxModelLenFrom: kept.maxModelLen < model.maxContext ? 'memory' : 'model' }
}

function ownLength(model: ModelPreset, fit: Fit): Length {
  return fit.longestOwnChoice >= model.maxContext
    ? { maxModelLen: model.maxContext, maxModelLenFrom: 'model' }
    : { maxModelLen: fit.longestOwnChoice, maxModelLenFrom: 'memory' }
}
