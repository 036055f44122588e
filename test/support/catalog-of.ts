/** The built kaito beside a catalogue of another size: ten rows of what it ships, and copies of these under other names, and dearer. */
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CatalogRows } from '#core/catalog/in-memory.ts'
import { readPresets } from '#data/preset-files.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { compileCatalog } from '../../scripts/build/compile-catalog.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What is asked for in the tests is in every catalogue. */
export const MODEL = 'mistral-7b'
export const MACHINE = 'Standard_NV36ads_A10_v5'

/** @returns the path of its bin/kaito.js. */
export function kaitoWithCatalogOf(models: number, machines: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'kaito-catalog-'))
  for (const part of ['bin', 'dist']) cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  compileCatalog(rowsOf(models, machines), join(folder, 'dist/data'))
  return join(folder, 'bin/kaito.js')
}

function rowsOf(models: number, machines: number): CatalogRows {
  const shipped = readPresets(join(ROOT, 'presets'), SHIPPED_ENGINES)
  return {
    ...shipped,
    models: sized(
      shipped.models,
      models,
      ({ name, aliases }) => [name, ...aliases].includes(MODEL),
      (model, copy) => ({ ...model, name: `${model.name}-${copy}`, aliases: [], modelId: `${model.modelId}-${copy}` }),
    ),
    gpus: sized(
      shipped.gpus,
      machines,
      ({ instanceType }) => instanceType === MACHINE,
      (sku, copy) => ({
        ...sku,
        instanceType: `${sku.instanceType}_${copy}`,
        usdPerHour: (sku.usdPerHour ?? 0) + 1_000,
      }),
    ),
  }
}

function sized<Row>(
  rows: readonly Row[],
  size: number,
  isWanted: (row: Row) => boolean,
  copyOf: (row: Row, copy: number) => Row,
): Row[] {
  const first = [...rows.filter(isWanted), ...rows.filter((row) => !isWanted(row))].slice(0, 10)
  const copies = Array.from({ length: Math.max(0, size - first.length) }, (_, index) => {
    const row = first[index % first.length]
    return row === undefined ? [] : [copyOf(row, index)]
  })
  return [...first, ...copies.flat()].slice(0, size)
}
