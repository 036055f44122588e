/**
 * What kaito is put together from: a row for each cloud, engine and kind of work, and the data beside the code. `main` takes the shipped ones; a
 * program with a row more hands its own to `createKaito` (main.ts), and changes no file below src/.
 */
import { type CloudRegistry, SHIPPED_CLOUDS } from '#clouds/index.ts'
import type { Catalog } from '#core/catalog/catalog.ts'
import type { TemplateSet } from '#core/objects/template-set.ts'
import type { EngineRegistry } from '#core/plan/engine.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import type { Workloads } from '#core/workload/workload.ts'
import { openCatalog } from '#data/catalog.ts'
import { openTemplates } from '#data/templates.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import type { SimulatedCloud } from '#sandbox/clouds/cloud.ts'
import type { Controller } from '#sandbox/cluster/controllers/loop.ts'
import type { SimulatedEngine } from '#sandbox/engines/engine.ts'

export interface Registries {
  clouds: CloudRegistry
  engines: EngineRegistry
  workloads: Workloads
  data: {
    /** @param own file or folder of the user's own presets. */
    catalog(engines: EngineRegistry, own?: string): Promise<Catalog>
    templates(): Promise<TemplateSet>
  }
  /** Of its process alone, and loaded there. */
  sandbox: {
    clouds(): Promise<readonly SimulatedCloud[]>
    engines(): Promise<readonly SimulatedEngine[]>
    /** Of the kinds of work. */
    controllers(): Promise<readonly Controller[]>
  }
}

/** Loaded on first use: `--version` and the help need none of it. */
export type LoadRegistries = () => Promise<Registries>

export const SHIPPED: Registries = {
  clouds: SHIPPED_CLOUDS,
  engines: SHIPPED_ENGINES,
  workloads: SHIPPED_WORKLOADS,
  data: { catalog: openCatalog, templates: openTemplates },
  sandbox: {
    clouds: async () => (await import('#sandbox/clouds/index.ts')).SIMULATED_CLOUDS,
    engines: async () => (await import('#sandbox/engines/index.ts')).SIMULATED_ENGINES,
    controllers: async () => (await import('#sandbox/cluster/controllers/index.ts')).WORK_CONTROLLERS,
  },
}
