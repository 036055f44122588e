/** The build refuses two things of one name: one would be found in place of the other. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compileCatalog } from '../../scripts/build/compile-catalog.ts'
import { like, rows } from '../unit/core/plan/fixtures.ts'

const other = like('phi-4', { name: 'other', aliases: ['Mistral-7B'], modelId: 'org/other' })

it.each([
  [{ ...rows, models: [...rows.models, other] }, 'models/mistral-7b is there twice'],
  [{ ...rows, gpus: [...rows.gpus, ...rows.gpus.slice(0, 1)] }, 'is there twice'],
])('%#', (broken, told) => {
  expect(() => compileCatalog(broken, mkdtempSync(join(tmpdir(), 'kaito-')))).toThrow(told)
})
