/** What surrounds the choice: the pool's request, the budget, refusals and warnings. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanFacts } from '#core/placement/facts.ts'
import { poolNameFor } from '#core/placement/pool-request.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { refuseGate } from '#core/plan/not-supported.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import { said, saying } from '../../../support/said.ts'
import { catalog, onAzure, refusal, resource, supply, workspace } from './fixtures.ts'

function plan(
  name: string,
  spec: Partial<WorkspaceSpec> = {},
  overrides: PlanOverrides = {},
  facts: Partial<PlanFacts> = {},
) {
  return assemblePlan(workspace(name, spec), supply, onAzure(facts), overrides)
}

describe('the pool', () => {
  it('is named after its owner, labelled, tainted, and has room on its disk', () => {
    const spec = { name: 'mistral-7b', resource: resource({ labelSelector: { apps: 'chat' } }) }
    expect(plan('mistral-7b', spec).pool).toMatchObject({
      mode: 'create',
      request: {
        name: expect.stringMatching(/^mistr[a-z0-9]{7}$/),
        owner: { workspace: 'mistral-7b', namespace: 'team-a', clusterUid: 'c0ffee' },
        count: 1,
        diskGiB: 134,
        labels: { apps: 'chat', 'kaito.sh/workspace': 'mistral-7b', 'kaito.sh/workspacenamespace': 'team-a' },
        taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
      },
    })
  })

  it('does not set labels that the cluster sets, and says so', () => {
    const labelSelector = { 'node.kubernetes.io/instance-type': 'x', apps: 'chat', 'kaito.sh/workspace': 'other' }
    const { pool, warnings } = plan('mistral-7b', { resource: resource({ labelSelector }) })
    expect(pool).toMatchObject({
      request: { labels: { apps: 'chat', 'kaito.sh/workspace': 'mine', 'kaito.sh/workspacenamespace': 'team-a' } },
    })
    expect(warnings).toEqual([
      { code: 'label-not-set', message: expect.stringContaining('node.kubernetes.io/instance-type') },
    ])
  })

  it('has more disk for more weights', () => {
    expect(plan('llama-3.3-70b-instruct', {}, { modelAccessSecret: 'hf' }).pool).toMatchObject({
      request: { diskGiB: 252 },
    })
  })

  it.each(catalog.clouds)('has a name that $id takes, the same for the same owner only', (cloud) => {
    const { pattern, maxLength } = cloud.poolName
    const text = fc.string({ minLength: 1, maxLength: 60 })
    const owner = fc.record({ workspace: text, namespace: text, clusterUid: text })
    fc.assert(
      fc.property(owner, owner, (one, other) => {
        const name = poolNameFor(one, cloud)
        expect(name).toMatch(new RegExp(pattern))
        expect(name.length).toBeLessThanOrEqual(maxLength)
        expect(poolNameFor({ ...one }, cloud)).toBe(name)
        fc.pre(JSON.stringify(one) !== JSON.stringify(other))
        expect(name).not.toBe(poolNameFor(other, cloud))
      }),
    )
  })

  it('has fewer letters where names are shorter', () => {
    const owner = { workspace: 'mistral-7b', namespace: 'default', clusterUid: 'offline' }
    expect(poolNameFor(owner, { poolName: { pattern: '^[a-z0-9]+$', maxLength: 9 } })).toBe('milonbfnl')
  })

  it('has no more nodes than the cloud takes in one', () => {
    const facts = onAzure({ cloud: 'aws' })
    expect(refusal(() => assemblePlan(workspace('mistral-7b'), supply, facts, { replicas: 1_000 }))).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      message: '1000 nodes are needed, and EKS takes at most 450 in one pool.',
    })
  })

  it('keeps the name that it had: a change would orphan what is paid for', () => {
    const owner = { workspace: 'mistral-7b', namespace: 'default', clusterUid: 'offline' }
    for (const cloud of catalog.clouds) expect(poolNameFor(owner, cloud)).toBe('mistrlonbfnl')
  })
})

describe('the start', () => {
  it('is estimated step by step; the probe waits three times as long, at least half an hour', () => {
    const small = plan('mistral-7b').startup
    expect(small.terms.map(({ step }) => step)).toEqual(['image pull', 'weights', 'load', 'compile', 'warm-up'])
    expect(small.seconds).toBe(small.terms.reduce((sum, { seconds }) => sum + seconds, 0))
    expect(small.budgetSeconds).toBe(1800)
    const large = plan('llama-3.3-70b-instruct', {}, { modelAccessSecret: 'hf' }).startup
    expect(large.budgetSeconds).toBe(3 * large.seconds)
    expect(large.budgetSeconds).toBeGreaterThan(1800)
  })

  it('is shorter without graphs', () => {
    const eager = plan('mistral-7b', {}, { engineArgs: { 'enforce-eager': true } }).startup
    expect(eager.terms.find(({ step }) => step === 'compile')?.seconds).toBe(0)
  })
})

describe('refused by name', () => {
  const inference = (changes: object) => ({
    inference: { preset: { name: 'phi-4', imagePullSecrets: [] }, adapters: [], ...changes },
  })

  it('tuning', () => {
    const tuning = { preset: 'phi-4', method: 'lora' as const, input: {}, output: {} }
    expect(refusal(() => plan('phi-4', { tuning })).code).toBe('USAGE')
    expect(refusal(() => plan('phi-4', { tuning })).message).toBe('Tuning is not available yet.')
  })

  it('a pod template', () => {
    expect(refusal(() => plan('phi-4', inference({ template: {} }))).message).toContain('inference.template')
  })

  it('adapters: the model would be served without them', () => {
    const adapters = [{ name: 'a', source: { image: 'registry/a:1', imagePullSecrets: [] } }]
    expect(refusal(() => plan('phi-4', inference({ adapters }))).message).toContain('Adapters')
  })

  it.each(['transformers', 'tgi'])('the runtime %s', (runtime) => {
    const error = refusal(() => plan('phi-4', { annotations: { 'kaito.sh/runtime': runtime } }))
    expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(runtime) })
  })

  it('a partitioned GPU', () => {
    expect(refusal(() => plan('phi-4', { resource: resource({ partition: { mode: 'mig' } }) })).message).toContain(
      'partition',
    )
  })

  it('a gated model without a token; offline it is a warning', () => {
    const shown = plan('llama-3.1-8b-instruct')
    expect(shown.warnings).toEqual([])
    const error = refusal(() => refuseGate(shown))
    expect(error).toMatchObject({ code: 'PREFLIGHT_REFUSED', hint: saying('--model-access-secret') })
    expect(plan('llama-3.1-8b-instruct', {}, {}, { isOffline: true }).warnings).toEqual([
      expect.objectContaining({ code: 'gated-without-secret' }),
    ])
    expect(plan('llama-3.1-8b-instruct', {}, { modelAccessSecret: 'hf' })).toMatchObject({
      modelAccessSecret: 'hf',
      warnings: [],
    })
  })

  it('a model that is not there: the close ones', () => {
    expect(refusal(() => plan('mistal-7b'))).toMatchObject({
      code: 'UNKNOWN_MODEL',
      details: expect.arrayContaining(['mistral-7b']),
    })
  })
})

describe('warned by name', () => {
  const codes = (spec: Partial<WorkspaceSpec>) => plan('phi-4', spec).warnings.map(({ code }) => code)

  it('annotations that have no effect, and none that has or asks for what is done anyway', () => {
    const annotations = {
      'kaito.sh/runtime': 'vllm',
      'kaito.sh/disable-benchmark': 'true',
      'kaito.sh/enablelb': 'True',
      'kaito.sh/performance-mode': 'balanced',
      'example.com/team': 'a',
    }
    expect(plan('phi-4', { annotations }).warnings.map(({ message }) => said(message))).toEqual([
      expect.stringMatching(
        /^The annotation kaito.sh\/enablelb: "True" has no effect in kaito. Make the Service a LoadBalancer by a patch/,
      ),
      'The annotation kaito.sh/performance-mode: "balanced" has no effect in kaito.',
    ])
  })

  it('a count that is not what is needed', () => {
    expect(codes({ resource: resource({ count: 2 }) })).toEqual(['count-ignored'])
    expect(codes({ resource: resource({ count: 1 }) })).toEqual([])
  })

  it('preferred nodes', () => {
    expect(codes({ resource: resource({ preferredNodes: ['a'] }) })).toEqual(['preferred-nodes-ignored'])
  })

  it('a model that is not pinned to a commit', () => {
    expect(plan('qwen3-8b').warnings).toEqual([expect.objectContaining({ code: 'revision-not-pinned' })])
  })

  it('an unknown price', () => {
    const { pool, warnings } = plan('phi-4', {}, { instanceType: 'a3-ultragpu-8g' }, { cloud: 'gcp' })
    expect(pool).toMatchObject({ usdPerHour: undefined })
    expect(warnings.map(({ code }) => code)).toEqual(['price-unknown', 'gpus-idle'])
  })

  it('GPUs that stay idle, with their price and the setting that uses them', () => {
    const four = { instanceType: 'Standard_NC96ads_A100_v4' }
    const [warning] = plan('phi-4', {}, four).warnings
    expect(warning).toMatchObject({ code: 'gpus-idle', about: { field: ['resource', 'instanceType'] } })
    expect(said(warning?.message)).toMatch(
      /^3 of 4 GPUs stay idle \(Standard_NC96ads_A100_v4, \$11\.0\d per hour\): --replicas 4 uses them, or take a smaller machine\.$/,
    )
    expect(plan('phi-4', {}, { ...four, replicas: 4 }).warnings).toEqual([])
  })

  it('a chat template that the mode of the tokenizer takes no notice of', () => {
    const template = { engineArgs: { 'chat-template': '{{ messages }}' } }
    expect(plan('mistral-7b', {}, template).warnings).toMatchObject([
      { code: 'no-effect', about: { flag: 'chat-template' } },
    ])
    const inHf = { engineArgs: { ...template.engineArgs, 'tokenizer-mode': 'hf' } }
    expect(plan('mistral-7b', {}, inHf).warnings).toEqual([])
  })
})
