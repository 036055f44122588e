/** Where memory limits the context, the engine finds the length itself. */
import { describe, expect, it } from 'vitest'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { outcomeOf, settingChanges } from '#core/plan/setting-changes.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import { catalog, engine, onAzure, supply, workspace } from './fixtures.ts'

function planned(model: string, overrides: PlanOverrides = {}, facts: Partial<PlanFacts> = {}) {
  const given = { modelAccessSecret: 'hf-token', ...overrides }
  return assemblePlan(workspace(model), supply, onAzure(facts), given)
}

function lengthArg(plan: ReturnType<typeof planned>): string | undefined {
  const { args } = engine.container(plan, catalog.flagsOf('vllm', plan.image.version))
  return args.find((arg) => arg.startsWith('--max-model-len='))
}

const qwen = planned('qwen3-8b')

describe('a context that memory limits', () => {
  it('is left to the engine, with what is expected', () => {
    expect(qwen.sizing).toMatchObject({ lengthBy: 'engine', maxModelLenFrom: 'memory' })
    expect(qwen.sizing.maxModelLen).toBeGreaterThan(8192)
    expect(lengthArg(qwen)).toBe('--max-model-len=auto')
  })

  it.each<[string, string, PlanOverrides]>([
    ["the model's own limit", 'mistral-7b', {}],
    ['what was said', 'qwen3-8b', { maxModelLen: 12_288 }],
    ['LongRoPE, where the engine would begin at a fraction', 'phi-4-mini-instruct', {}],
    ['an image of which nothing is known', 'qwen3-8b', { image: 'registry.example.com/vllm:mine' }],
  ])('is a number with %s', (_what, model, overrides) => {
    const plan = planned(model, overrides)
    expect(plan.sizing.lengthBy).toBeUndefined()
    expect(lengthArg(plan)).toBe(`--max-model-len=${plan.sizing.maxModelLen}`)
  })

  it('is a number where the version cannot find it', () => {
    const model = catalog.models.find('qwen3-8b')
    expect(model).toBeDefined()
    if (model === undefined) return
    expect(['0.9.2', '0.31.1', '0.32.0', '0.33.0', '1.0.0'].map((v) => engine.choosesLength?.(model, v))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
  })

  it('stays a number where an earlier deploy chose one', () => {
    const { lengthBy: _, ...chosen } = { ...qwen.chosen, maxModelLen: 22_784 }
    const plan = planned('qwen3-8b', {}, { chosen })
    expect(lengthArg(plan)).toBe('--max-model-len=22784')
  })

  it('is the same plan once it is found, and the length is handed on', () => {
    const chosen = { ...qwen.chosen, found: 20_480 }
    expect(planned('qwen3-8b', {}, { chosen })).toEqual({ ...qwen, chosen })
  })

  it('is told as what is expected where it changes', () => {
    const before = outcomeOf(planned('qwen3-8b', { maxModelLen: 12_288 }))
    expect(settingChanges(before, outcomeOf(qwen))).toEqual([
      { setting: 'context', from: '12288', to: `about ${qwen.sizing.maxModelLen}` },
    ])
    expect(settingChanges(outcomeOf(qwen), outcomeOf(qwen))).toEqual([])
  })

  it('is left to it where the user says so, too', () => {
    const plan = planned('mistral-7b', { engineArgs: { 'max-model-len': 'auto' } })
    expect(plan.sizing.lengthBy).toBe('engine')
    expect(lengthArg(plan)).toBe('--max-model-len=auto')
  })
})
