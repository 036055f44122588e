/** Every row that kaito ships. A new preset, machine or image needs no new test: it is found here. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { catalogOf } from '#core/catalog/in-memory.ts'
import { presetFlags } from '#core/catalog/preset-flags.ts'
import type { GpuSku, ModelPreset } from '#core/catalog/schema.ts'
import { CLOUDS } from '#core/cloud/ids.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { splitsOn } from '#core/sizing/fit.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import { readPresets } from '#data/preset-files.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { vllm } from '#runtimes/vllm/index.ts'

const PRESETS = fileURLToPath(new URL('../presets', import.meta.url))
/** Their form is checked as they are read. */
const rows = readPresets(PRESETS, SHIPPED_ENGINES)

describe.each(rows.models.map((model) => ({ name: model.name, model })))('preset $name', ({ name, model }) => {
  it('is in a file of its name', () => {
    expect(readdirSync(`${PRESETS}/models`)).toContain(`${name}.yaml`)
  })

  it('is served under the last part of its Hub id', () => {
    expect(model.servedModelName).toBe(model.modelId.split('/')[1]?.toLowerCase())
  })

  it('has heads that make sense', () => {
    const { kind, heads, kvHeads, slidingWindow, fullAttentionLayers } = model.attention
    const expected = kvHeads === heads ? 'mha' : kvHeads === 1 ? 'mqa' : 'gqa'
    if (kind === 'sliding') expect([slidingWindow, fullAttentionLayers]).not.toContain(undefined)
    else expect(kind).toBe(expected)
    expect(heads % kvHeads).toBe(0)
  })

  it('weighs what its parameters weigh at two bytes each', () => {
    expect(model.weightsGiB / ((model.parametersB * 1e9 * 2) / 1024 ** 3)).toBeCloseTo(1, 1)
  })

  it('never runs code of the repository, and names a parser with tool choice', () => {
    expect(presetFlags(model, vllm.configSection)).not.toHaveProperty('trust-remote-code')
    const flags = presetFlags(model, vllm.configSection)
    expect(flags['enable-auto-tool-choice'] === true).toBe(typeof flags['tool-call-parser'] === 'string')
  })

  it.each(CLOUDS)('fits a machine on %s, at a known price', (cloud) => {
    const plan = planOn(model, cloud)
    expect(plan.pool).toMatchObject({ mode: 'create', cloud, usdPerHour: expect.any(Number) })
    expect(plan.sizing.maxModelLen).toBeGreaterThanOrEqual(Math.min(8192, model.maxContext))
  })
})

function planOn(model: ModelPreset, cloud: GpuSku['cloud']) {
  const facts = {
    namespace: 'default',
    cloud,
    ownNodes: false,
    nodes: [],
    isOffline: true,
    clusterUid: 'offline',
    engineConfig: {},
  }
  return assemblePlan(workspaceFromName(model.name), { catalog: catalogOf(rows), engines: SHIPPED_ENGINES }, facts, {})
}

describe('all presets', () => {
  it('have names and aliases of their own', () => {
    const names = rows.models.flatMap((model) => [model.name, ...model.aliases, model.modelId.toLowerCase()])
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
  })

  it('resolve mistral-7b to the one that can chat', () => {
    const [only, ...others] = rows.models.filter((model) => [model.name, ...model.aliases].includes('mistral-7b'))
    expect(others).toEqual([])
    expect(only).toMatchObject({ name: 'mistral-7b-instruct', chat: true })
  })

  it('keep falcon-7b on one GPU: it has 71 heads', () => {
    const falcon = rows.models.find((model) => model.name === 'falcon-7b-instruct')
    const gpu = { model: 'A10', perNode: 8, visibleGiB: 22, computeCapability: 8.6, maxCuda: undefined }
    expect(falcon && splitsOn(falcon, gpu, vllm)).toEqual([1])
  })
})

describe.each(CLOUDS)('machines of %s', (cloud) => {
  const machines = rows.gpus.filter((sku) => sku.cloud === cloud)

  it('are sorted, and each there once whatever its case', () => {
    const names = machines.map((row) => row.instanceType)
    expect(names).toEqual(names.toSorted())
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  })

  it('show less memory than the brochure, and date their prices', () => {
    for (const { instanceType, gpuMemoryGiB, visibleMemoryGiB, usdPerHour, priceRegion, priceDate } of machines) {
      expect(visibleMemoryGiB, instanceType).toBeLessThan(gpuMemoryGiB)
      expect(visibleMemoryGiB, instanceType).toBeGreaterThan(gpuMemoryGiB * 0.9)
      expect(usdPerHour === undefined, instanceType).toBe(priceRegion === undefined)
      expect(priceDate ?? '2026-01-01', instanceType).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    }
  })

  it('reach from a T4 to eight H200', () => {
    const kinds = machines.map((row) => `${row.gpuCount} x ${row.gpuModel}`)
    expect(kinds).toEqual(expect.arrayContaining(['1 x T4', '8 x H100', '8 x H200']))
  })
})

describe.each(rows.images)('image $image', (image) => {
  it('has its version in its tag', () => {
    expect(image.image.split(':')[1]).toContain(`v${image.version}`)
  })

  it('is not larger packed than unpacked, and runs as somebody', () => {
    expect(image.pullGiB).toBeLessThan(image.diskGiB)
    expect(image.runAsUser).toBeGreaterThan(0)
  })
})
