/** Opens the catalogue that kaito ships, with the user's own presets in front. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '#core/catalog/catalog.ts'
import { type CatalogRows, catalogOf, withOwnModels } from '#core/catalog/in-memory.ts'
import type { EngineNames } from '#core/catalog/parse.ts'
import { shippedDir } from './shipped-folder.ts'

/** Written by the build from files that were valid: checking it again costs more than reading it. */
export const BUNDLED_CATALOG = 'catalog.json'

/**
 * What is not compiled is YAML that is read and checked first: the user's own, and the shipped one where kaito runs from its sources.
 * @param own file or folder of the user's own presets.
 */
export async function openCatalog(engines: EngineNames, own?: string): Promise<Catalog> {
  const presets = shippedDir('presets')
  const bundled = join(presets, BUNDLED_CATALOG)
  const rows = existsSync(bundled)
    ? (JSON.parse(readFileSync(bundled, 'utf8')) as CatalogRows)
    : (await import('./preset-files.ts')).readPresets(presets, engines)
  const shipped = catalogOf(rows)
  if (own === undefined) return shipped
  return withOwnModels(shipped, (await import('./preset-files.ts')).readOwnPresets(own, engines))
}
