/** Whatever kaito offers by itself keeps something back: an engine that is refused its memory is refused on a machine that bills. */
import { describe, expect, it } from 'vitest'
import { KaitoError } from '#core/errors.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import type { Sizing } from '#core/sizing/types.ts'
import { catalog, engine, onAzure, preset, rows, supply, workspace } from '../plan/fixtures.ts'

const GIB = 1024 ** 3
const CLOUDS = catalog.clouds.map(({ id }) => id)
const SECRET = { modelAccessSecret: 'hf-token' }

function sizingOf(model: string, cloud: PlanFacts['cloud'], overrides: PlanOverrides): Sizing | undefined {
  try {
    return assemblePlan(workspace(model), supply, onAzure({ cloud }), { ...SECRET, ...overrides }).sizing
  } catch (error) {
    if (error instanceof KaitoError && ['NO_FIT', 'PREFLIGHT_REFUSED'].includes(error.code)) return undefined
    throw error
  }
}

/** GiB of the pool that a request of the whole context leaves. */
function leftOf(model: string, { gpu, tensorParallelSize, maxModelLen, memory, maxNumSeqs }: Sizing): number {
  const settings = engine.readSettings(maxNumSeqs === undefined ? {} : { 'max-num-seqs': maxNumSeqs })
  const kv = engine.kv({
    model: preset(model),
    gpu: { ...gpu, maxCuda: undefined },
    tensorParallelSize,
    settings,
    adapters: 0,
  })
  const pool = memory.find(({ term }) => term === 'kv-cache')?.gib ?? 0
  return pool - (kv.blocksFor(maxModelLen) * kv.bytesPerBlock) / GIB
}

function expectReserve(model: string, sizing: Sizing): void {
  const pool = sizing.memory.find(({ term }) => term === 'kv-cache')?.gib ?? 0
  const least = Math.max(0.05 * pool, sizing.tensorParallelSize > 1 ? 1 : 0.5)
  // The terms are rounded to a thousandth.
  expect(leftOf(model, sizing), `${model} on ${sizing.instanceType}`).toBeGreaterThanOrEqual(least - 0.002)
}

describe.each(CLOUDS)('on %s', (cloud) => {
  const offered = catalog.machines.of(cloud).filter(({ autoSelect }) => autoSelect !== false)

  it.each(rows.models.map(({ name }) => name))('%s keeps its reserve on every machine that is offered', (model) => {
    const sizings = offered.flatMap(({ instanceType }) => sizingOf(model, cloud, { instanceType }) ?? [])
    expect(sizings.length).toBeGreaterThan(0)
    for (const sizing of sizings) expectReserve(model, sizing)
  })

  it.each(rows.models.map(({ name }) => name))('%s keeps its reserve on the machine that kaito chooses', (model) => {
    const sizing = sizingOf(model, cloud, {})
    expect(sizing).toBeDefined()
    if (sizing !== undefined) expectReserve(model, sizing)
  })

  it('cards of up to 24 GB are asked for less', () => {
    const small = offered.filter(({ visibleMemoryGiB }) => visibleMemoryGiB <= 24)
    expect(small.length).toBeGreaterThan(0)
    for (const { instanceType } of small)
      expect(sizingOf('phi-4-mini-instruct', cloud, { instanceType })).toMatchObject({
        gpuMemoryUtilization: 0.9,
        maxNumSeqs: 64,
      })
  })
})
