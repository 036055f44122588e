/** Opens the catalogue that kaito ships, with the user's own presets in front. */
import type { Catalog } from '#core/catalog/catalog.ts'
import { catalogOf, withOwnModels } from '#core/catalog/in-memory.ts'
import type { EngineNames } from '#core/catalog/parse.ts'
import { compiledCatalog } from './compiled.ts'
import { COMPILED, PRESETS } from './shipped-folders.ts'

/**
 * YAML and its schemas are loaded where they are needed: for the user's own presets, and where kaito runs from its sources.
 * @param own file or folder of the user's own presets.
 */
export async function openCatalog(engines: EngineNames, own?: string): Promise<Catalog> {
  const shipped = COMPILED === undefined ? await fromSources(engines) : compiledCatalog(COMPILED)
  if (own === undefined) return shipped
  return withOwnModels(shipped, (await import('./preset-files.ts')).readOwnPresets(own, engines))
}

async function fromSources(engines: EngineNames): Promise<Catalog> {
  return catalogOf((await import('./preset-files.ts')).readPresets(PRESETS, engines))
}
