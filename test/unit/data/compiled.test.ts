/** The compiled catalogue answers as the rows do that it was compiled from. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compiledCatalog } from '#data/compiled.ts'
import { compileCatalog } from '../../../scripts/build/compile-catalog.ts'
import { catalog, refusal, rows } from '../core/plan/fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'kaito-'))
compileCatalog(rows, folder)
const compiled = compiledCatalog(folder)

describe('a model', () => {
  const names = rows.models.flatMap(({ name, aliases, modelId }) => [name, ...aliases, modelId, modelId.toUpperCase()])

  it.each(names)('is found as %s', (name) => {
    expect(compiled.models.find(` ${name}`)).toEqual(catalog.models.find(name))
    expect(compiled.models.find(name)).toBeDefined()
  })

  it.each(['mistral', '', '..', '../models', 'a/../b', `${'x'.repeat(5_000)}`, 'é\ud800'])(
    'is not found as %j',
    (name) => {
      expect(compiled.models.find(name)).toBeUndefined()
    },
  )

  it('stands in the list with all that near names need', () => {
    expect(compiled.models.list().map(({ name, aliases, family }) => [name, aliases, family])).toEqual(
      catalog.models.list().map(({ name, aliases, family }) => [name, aliases, family]),
    )
  })
})

describe('a machine', () => {
  it.each(rows.gpus)('$instanceType is found, on its cloud and without one', ({ instanceType, cloud }) => {
    const found = catalog.machines.find(instanceType, cloud)
    expect(found).toBeDefined()
    expect(compiled.machines.find(instanceType.toUpperCase(), cloud)).toEqual(found)
    expect(compiled.machines.find(instanceType)).toEqual(catalog.machines.find(instanceType))
  })

  it('of another cloud is not found', () => {
    expect(compiled.machines.find('Standard_NC24ads_A100_v4', 'aws')).toBeUndefined()
    expect(compiled.machines.find('Standard_Nothing')).toBeUndefined()
    expect(compiled.machines.of('oracle')).toEqual([])
  })

  it('and all others stand in one order', () => {
    expect(compiled.machines.all()).toEqual(catalog.machines.all())
    expect(compiled.machines.gpuKinds()).toEqual(catalog.machines.gpuKinds())
  })
})

describe('an engine', () => {
  it('has its images, and the flags of each version', () => {
    expect(compiled.clouds).toEqual(catalog.clouds)
    expect(compiled.images).toEqual(catalog.images)
    for (const { engine, version } of rows.engines)
      expect(compiled.flagsOf(engine, version)).toEqual(catalog.flagsOf(engine, version))
    expect(compiled.flagsOf('vllm', '0.0.1')).toBeUndefined()
  })
})

it('whose files are not there says so', () => {
  const { models } = compiledCatalog(join(folder, 'nowhere'))
  expect(refusal(() => models.list())).toMatchObject({
    code: 'INTERNAL',
    message: expect.stringContaining('models.json'),
  })
})
