/** A name → the preset that it means, or what could have been meant. */

import { advice, kaito, setting } from '../advice.ts'
import { closest } from '../closest.ts'
import { KaitoError } from '../errors.ts'
import { ABOUT_MODEL } from '../problem.ts'
import type { ModelEntry, Models } from './catalog.ts'
import type { ModelPreset } from './schema.ts'

/** The preset of that name, alias or Hub id, whatever its case. UNKNOWN_MODEL names the close ones, and all. */
export function findModel(models: Models, name: string): ModelPreset {
  const found = models.find(name)
  if (found === undefined) throw unknownModel(name, models.list())
  return found
}

function unknownModel(name: string, models: readonly ModelEntry[]): KaitoError {
  const wanted = name.trim().toLowerCase()
  const near = nearNames(wanted.split('/').at(-1) ?? wanted, models)
  const [best] = near
  const meant =
    best === undefined
      ? `There are: ${[...new Set(models.map(labelOf))].join(', ')}.`
      : advice`Did you mean ${near.join(', ')}? Try: ${kaito('plan', { workspace: best })}`
  const own = wanted.includes('/')
    ? advice`Any other model of the Hub needs a preset of your own, with ${setting('presets', 'FILE')}. `
    : ''
  return new KaitoError({
    code: 'UNKNOWN_MODEL',
    phase: 'spec',
    message: `There is no model preset "${name}".`,
    hint: advice`${own}${meant}`,
    details: near,
    input: ABOUT_MODEL,
  })
}

/** By the whole name, or by its family when that is all that was typed. */
function nearNames(wanted: string, models: readonly ModelEntry[]): string[] {
  const typed = models.flatMap((model) => [model.name, ...model.aliases])
  const near = closest(wanted, typed, 5)
  if (near.length > 0) return near
  const [family] = closest(wanted, [...new Set(models.map((model) => model.family))], 1)
  return models
    .filter((model) => model.family === family)
    .flatMap((model) => [...model.aliases, model.name])
    .slice(0, 5)
}

function labelOf({ name, aliases }: ModelEntry): string {
  return aliases.length === 0 ? name : `${name} (also ${aliases.join(', ')})`
}
