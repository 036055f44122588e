import { describe, expect, it } from 'vitest'
import { assemblePlan } from '#core/plan/assemble.ts'
import { lossesOf, outcomeOf, settingChanges } from '#core/plan/setting-changes.ts'
import { type Settings, settle } from '#core/plan/settings.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import { workspaceFromName } from '#core/workspace/from-name.ts'
import { catalog, engine, onAzure, supply } from './fixtures.ts'

const NAMES = { models: catalog.models, flagName: engine.flagName }
const mistral = workspaceFromName('mistral-7b')
const planned = (overrides: PlanOverrides) => assemblePlan(mistral, supply, onAzure(), overrides)
const fold = (now: Settings, before: Settings) =>
  settle({ spec: mistral, settings: now }, { spec: mistral, settings: before }, NAMES)

describe('what was said before', () => {
  it('holds, but for what is said now', () => {
    const { settings, kept } = fold({ replicas: 1 }, { replicas: 2, maxModelLen: 4096, apiKey: true })
    expect(settings).toEqual({ replicas: 1, maxModelLen: 4096, apiKey: true })
    expect(kept).toEqual(['maxModelLen', 'apiKey'])
  })

  it('holds engine flag by engine flag', () => {
    const { settings } = fold({ engineArgs: { seed: 2 } }, { engineArgs: { seed: 1, 'max-num-seqs': 64 } })
    expect(settings.engineArgs).toEqual({ seed: 2, 'max-num-seqs': 64 })
  })

  it('is replaced by the same engine flag in another spelling', () => {
    const before = { engineArgs: { 'max-num-seqs': 64, tp: 1 } }
    const { settings } = fold({ engineArgs: { max_num_seqs: 8, 'tensor-parallel-size': 2 } }, before)
    expect(settings.engineArgs).toEqual({ max_num_seqs: 8, 'tensor-parallel-size': 2 })
  })

  it('is not undone by a list that was not given', () => {
    const { settings } = fold({ imagePullSecrets: [] }, { imagePullSecrets: ['registry'] })
    expect(settings.imagePullSecrets).toEqual(['registry'])
  })

  it('does not count for a file', () => {
    expect(settle({ spec: mistral, settings: { replicas: 1 } }, undefined, NAMES)).toEqual({
      spec: mistral,
      settings: { replicas: 1 },
      kept: [],
    })
  })

  it('keeps the workspace of a file under another name of its model, and changes the model alone', () => {
    const file = { ...mistral, annotations: { 'kaito.sh/network-policy': 'true' } }
    const before = { spec: file, settings: {} }
    const named = (model: string) => ({ ...workspaceFromName(model), name: file.name })
    const alias = settle({ spec: named('mistral-7b-instruct'), settings: {} }, before, NAMES)
    expect(alias.spec).toEqual(file)
    const other = settle({ spec: named('phi-4'), settings: {} }, before, NAMES)
    expect(other.spec).toEqual({
      ...file,
      inference: { ...file.inference, preset: { ...file.inference?.preset, name: 'phi-4' } },
    })
  })
})

describe('a name that kaito 0.1.0 kept as it came from the model', () => {
  it('is given up for the one that the objects have', () => {
    const spec = { ...workspaceFromName('llama-3.1-8b-instruct'), name: 'llama-3.1-8b-instruct' }
    const now = { spec: workspaceFromName('llama-3.1-8b-instruct'), settings: {} }
    expect(settle(now, { spec, settings: {} }, NAMES).spec.name).toBe('llama-3-1-8b-instruct')
  })
})

describe('what changes', () => {
  const two = planned({ instanceType: 'Standard_NC24ads_A100_v4', replicas: 2, apiKey: true, networkPolicy: true })
  const one = planned({ instanceType: 'Standard_NC24ads_A100_v4', maxModelLen: 4096, engineArgs: { seed: 1 } })

  it('is told value by value', () => {
    expect(settingChanges(outcomeOf(two), outcomeOf(one))).toEqual([
      { setting: 'replicas', from: '2', to: '1' },
      { setting: 'context', from: String(two.sizing.maxModelLen), to: '4096' },
      { setting: 'API key', from: 'required', to: 'none' },
      { setting: 'network policy', from: 'on', to: 'off' },
      { setting: '--seed', from: 'not set', to: '1' },
    ])
    expect(settingChanges(outcomeOf(one), outcomeOf(one))).toEqual([])
    expect(settingChanges(undefined, outcomeOf(one))).toEqual([])
  })

  it('is asked about where it takes something away', () => {
    expect(lossesOf(outcomeOf(two), one, true).map(({ kind }) => kind)).toEqual([
      'capacity',
      'outage',
      'api-key',
      'network-policy',
    ])
    expect(lossesOf(outcomeOf(one), two, false)).toEqual([])
    expect(lossesOf(undefined, one, false)).toEqual([])
  })
})
