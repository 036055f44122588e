/**
 * What kaito is put together from: a row for each cloud, and the data beside the code. `main` takes the shipped ones; a
 * program with a row more hands its own to `createKaito` (main.ts), and changes no file below src/.
 */
import { type CloudRegistry, SHIPPED_CLOUDS } from '#clouds/index.ts'
import type { Catalog } from '#core/catalog/catalog.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import { openCatalog } from '#data/catalog.ts'
import { readTemplates } from '#data/templates.ts'

export interface Registries {
  clouds: CloudRegistry
  data: {
    /** @param own file or folder of the user's own presets. */
    catalog(own?: string): Promise<Catalog>
    templates(): TemplateSet
  }
}

/** Loaded on first use: `--version` and the help need none of it. */
export type LoadRegistries = () => Promise<Registries>

export const SHIPPED: Registries = {
  clouds: SHIPPED_CLOUDS,
  data: { catalog: openCatalog, templates: readTemplates },
}
