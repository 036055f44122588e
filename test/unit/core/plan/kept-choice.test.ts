/** What an earlier deploy chose stays for as long as it was for the same. */
import { describe, expect, it } from 'vitest'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import type { Kept } from '#core/sizing/chosen.ts'
import type { Scalar, WorkspaceSpec } from '#core/workspace/spec.ts'
import { onAzure, refusal, supply, workspace } from './fixtures.ts'

interface Changes {
  model?: string
  spec?: Partial<WorkspaceSpec>
  facts?: Partial<PlanFacts>
  overrides?: PlanOverrides
}

function planned({ model = 'llama-3.1-8b-instruct', spec = {}, facts = {}, overrides = {} }: Changes = {}) {
  const given = { instanceType: 'Standard_NV36ads_A10_v5', modelAccessSecret: 'hf-token', ...overrides }
  return assemblePlan(workspace(model, spec), supply, onAzure(facts), given)
}

const today = planned()

/** As an earlier kaito chose, by other sums. */
const EARLIER: Kept = {
  ...today.chosen,
  gpuMemoryUtilization: 0.92,
  maxModelLen: today.sizing.maxModelLen + 1024,
}
const { maxNumSeqs: _, ...WITHOUT_SEQUENCES } = EARLIER

const withFlags = (engineArgs: Record<string, Scalar>): Changes => ({ overrides: { engineArgs } })

describe('what an earlier deploy chose', () => {
  const facts = { chosen: WITHOUT_SEQUENCES }

  it('stays, whatever the sums are today', () => {
    const { sizing, chosen, warnings } = planned({ facts })
    expect(sizing).toMatchObject({ gpuMemoryUtilization: 0.92, maxModelLen: EARLIER.maxModelLen })
    expect(sizing.maxNumSeqs).toBeUndefined()
    expect(chosen).toEqual(WITHOUT_SEQUENCES)
    expect(warnings.map(({ code }) => code)).not.toContain('choice-kept')
  })

  it('stays beside a flag that does not bear on memory, and another number of replicas', () => {
    expect(planned({ facts, ...withFlags({ seed: 3 }) }).chosen).toEqual(WITHOUT_SEQUENCES)
    expect(planned({ facts, overrides: { replicas: 2 } }).chosen).toEqual(WITHOUT_SEQUENCES)
  })

  it.each<[string, Changes]>([
    ['model', { model: 'deepseek-r1-distill-llama-8b' }],
    ['machine', { overrides: { instanceType: 'Standard_NC24ads_A100_v4' } }],
    ['image', { overrides: { image: 'registry.example.com/vllm:mine' } }],
    ['length', { overrides: { maxModelLen: 4096 } }],
    ['number of GPUs', { overrides: { instanceType: 'Standard_NV72ads_A10_v5' } }],
    ['number of sequences', withFlags({ 'max-num-seqs': 32 })],
    ['kind of cache', withFlags({ 'kv-cache-dtype': 'fp8' })],
    ['flag that no sum follows', withFlags({ 'enable-expert-parallel': true })],
  ])('is chosen anew for another %s', (_what, changes) => {
    const fresh = planned(changes)
    expect(planned({ ...changes, facts })).toEqual(fresh)
    expect(fresh.sizing.maxModelLen).not.toBe(EARLIER.maxModelLen)
  })

  it('is what this deploy hands on, too: a second one changes nothing', () => {
    expect(planned({ facts: { chosen: today.chosen } })).toEqual(today)
  })

  it('stays where the nodes cannot be seen', () => {
    const hidden = { cloud: undefined, ownNodes: true, nodesHidden: true }
    const { sizing } = planned({ facts: { ...hidden, ...facts } })
    expect(sizing).toMatchObject({ gpuMemoryUtilization: 0.92, maxModelLen: EARLIER.maxModelLen })
  })
})

describe('a choice that would be refused today', () => {
  const large = { model: 'llama-3.3-70b-instruct', overrides: { instanceType: 'Standard_NC48ads_A100_v4' } }
  const chosen: Kept = {
    isRead: true,
    tensorParallelSize: 2,
    gpuMemoryUtilization: 0.92,
    maxModelLen: 22_272,
    maxModelLenFrom: 'memory',
    for: { machine: 'Standard_NC48ads_A100_v4' },
  }

  it('stays, and is told', () => {
    const { sizing, warnings } = planned({ ...large, facts: { chosen } })
    expect(sizing).toMatchObject({ tensorParallelSize: 2, maxModelLen: 22_272, maxModelLenFrom: 'memory' })
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'choice-kept' }))
  })

  it('is refused where nothing was chosen before', () => {
    expect(refusal(() => planned(large)).code).toBe('NO_FIT')
  })
})

describe('what is read from pods of 0.1.0', () => {
  const read = (maxModelLen: number, tensorParallelSize = 1): Partial<PlanFacts> => ({
    chosen: {
      isRead: true,
      tensorParallelSize,
      gpuMemoryUtilization: 0.92,
      maxModelLen,
      maxModelLenFrom: 'memory',
      for: { modelId: today.model.modelId, image: today.image.reference },
    },
  })

  it('was chosen where it is longer than what is chosen today', () => {
    const { sizing, chosen } = planned({ facts: read(28_416) })
    expect(sizing).toMatchObject({ maxModelLen: 28_416, maxModelLenFrom: 'memory', gpuMemoryUtilization: 0.92 })
    expect(chosen).toMatchObject({ maxModelLen: 28_416, for: { machine: 'Standard_NV36ads_A10_v5', flags: {} } })
  })

  it('had been said where it is shorter, or of more GPUs', () => {
    expect(planned({ facts: read(4096) }).sizing.maxModelLen).toBeGreaterThan(8192)
    const two = { overrides: { instanceType: 'Standard_NV72ads_A10_v5' } }
    expect(planned({ ...two, facts: read(28_416, 2) }).sizing.tensorParallelSize).toBe(1)
  })

  it('gives way to what is said now', () => {
    const said = { overrides: { engineArgs: { 'gpu-memory-utilization': 0.85 } } }
    expect(planned({ ...said, facts: read(28_416) }).sizing.gpuMemoryUtilization).toBe(0.85)
  })
})
