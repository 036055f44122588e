/** Which machine, which image, how long a request: what the plan decides on a cloud. */
import { describe, expect, it } from 'vitest'
import { catalogOf } from '#core/catalog/in-memory.ts'
import { chooseImage } from '#core/placement/choose-image.ts'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { PlanOverrides } from '#core/plan/types.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import { said, saying } from '../../../support/said.ts'
import { catalog, onAzure, refusal, resource, rows, supply, workspace } from './fixtures.ts'

function plan(
  name: string,
  overrides: PlanOverrides = {},
  facts: Partial<PlanFacts> = {},
  spec: Partial<WorkspaceSpec> = {},
) {
  return assemblePlan(workspace(name, spec), supply, onAzure({ isOffline: true, ...facts }), overrides)
}

describe('the machine', () => {
  it.each([
    ['mistral-7b', 'azure', 'Standard_NV36ads_A10_v5', 1],
    ['phi-4', 'azure', 'Standard_NC24ads_A100_v4', 1],
    ['phi-4-mini-instruct', 'azure', 'Standard_NC4as_T4_v3', 1],
    // On two A100 of 80 GB the weights leave less than what the engine keeps for itself.
    ['llama-3.3-70b-instruct', 'azure', 'Standard_NC80adis_H100_v5', 2],
    ['mistral-7b', 'aws', 'g6.2xlarge', 1],
    ['llama-3.3-70b-instruct', 'aws', 'g6e.12xlarge', 4],
    ['phi-4', 'gcp', 'g2-standard-24', 2],
    ['mistral-7b', 'gcp', 'g2-standard-8', 1],
  ] as const)('%s on %s: the cheapest that fits', (name, cloud, instanceType, tp) => {
    const { sizing, pool } = plan(name, {}, { cloud })
    expect(sizing).toMatchObject({ instanceType, tensorParallelSize: tp })
    expect(pool).toMatchObject({ mode: 'create', sku: { instanceType } })
  })

  it('is never one that is sold by reservation only, unless named', () => {
    const reserved = catalogOf({ ...rows, gpus: rows.gpus.filter((sku) => sku.autoSelect === false) })
    const facts = onAzure({ cloud: 'gcp' })
    const error = refusal(() => assemblePlan(workspace('mistral-7b'), { ...supply, catalog: reserved }, facts, {}))
    expect(error).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      hint: saying('--instance-type a3-highgpu-1g'),
    })
    expect(
      assemblePlan(workspace('mistral-7b'), { ...supply, catalog: reserved }, facts, { instanceType: 'a3-highgpu-1g' })
        .sizing.instanceType,
    ).toBe('a3-highgpu-1g')
  })

  it('has what was asked for: bfloat16 is not on a T4, two GPUs are not in one', () => {
    expect(plan('phi-4-mini-instruct', { engineArgs: { dtype: 'bfloat16' } }).sizing.gpu.model).toBe('A10')
    const error = refusal(() => plan('mistral-7b', { instanceType: 'Standard_NC24ads_A100_v4', engineArgs: { tp: 2 } }))
    expect(error.message).toContain('it has 1, tensor-parallel-size 2 needs 2.')
  })

  it('is nowhere: says what the nearest one lacks', () => {
    const error = refusal(() => plan('llama-3.3-70b-instruct', { engineArgs: { tp: 1 } }))
    expect(error).toMatchObject({
      code: 'NO_FIT',
      message: expect.stringContaining('Standard_ND96isr_H200_v5'),
      hint: saying('tensor-parallel-size'),
    })
  })

  it('is taken as named, whatever the case, and spelled as the cloud does', () => {
    const { sizing, pool } = plan('mistral-7b', { instanceType: 'standard_nc24ADS_a100_v4' })
    expect(sizing.instanceType).toBe('Standard_NC24ads_A100_v4')
    expect(pool).toMatchObject({ request: { instanceType: 'Standard_NC24ads_A100_v4' }, usdPerHour: 3.673 })
  })

  it('flag over file over what an earlier deploy settled over the cheapest', () => {
    const lock = { instanceType: 'Standard_NC24ads_A100_v4' }
    const spec = { resource: resource({ instanceType: 'Standard_NC40ads_H100_v5' }) }
    const chosen = (...args: Parameters<typeof plan>) => plan(...args).sizing.instanceType
    expect(chosen('mistral-7b', {}, { lock })).toBe('Standard_NC24ads_A100_v4')
    expect(chosen('mistral-7b', {}, { lock }, spec)).toBe('Standard_NC40ads_H100_v5')
    expect(chosen('mistral-7b', { instanceType: 'Standard_NC48ads_A100_v4' }, { lock }, spec)).toBe(
      'Standard_NC48ads_A100_v4',
    )
    expect(chosen('mistral-7b', {}, { lock: { instanceType: 'Standard_Gone' } })).toBe('Standard_NV36ads_A10_v5')
  })

  it('settled earlier and too small now: says so', () => {
    const error = refusal(() => plan('phi-4', {}, { lock: { instanceType: 'Standard_NV36ads_A10_v5' } }))
    expect(error).toMatchObject({ code: 'NO_FIT', hint: saying('is what an earlier deploy took') })
  })

  it('unknown: the near ones that fit, with prices', () => {
    const error = refusal(() => plan('mistral-7b', { instanceType: 'Standard_NC24ads_A100_v5' }))
    expect(error).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      message: expect.stringContaining('Standard_NC24ads_A100_v5'),
    })
    expect(error.details.join()).toContain('Standard_NC24ads_A100_v4 (1 x A100, $3.67/h)')
    expect(said(error.hint)).toContain('--instance-type')
  })

  it('of another cloud: says which', () => {
    const error = refusal(() => plan('mistral-7b', { instanceType: 'g5.xlarge' }))
    expect(error.message).toBe('Instance type "g5.xlarge" belongs to aws, but the cluster is on azure.')
  })

  it('too small: by how much, and what would do at which price', () => {
    const error = refusal(() => plan('phi-4', { instanceType: 'Standard_NC4as_T4_v3' }))
    expect(error.code).toBe('NO_FIT')
    expect(error.message).toMatch(
      /phi-4 does not fit Standard_NC4as_T4_v3 \(1 x T4, 14\.56 GiB each\): 1\d\.\d GiB per GPU are missing\./,
    )
    expect(error.details[0]).toBe('Standard_NC24ads_A100_v4 (1 x A100, $3.67/h)')
    expect(said(error.hint)).toBe('Use one of these machines: --instance-type Standard_NC24ads_A100_v4')
    expect(error.retryable).toBe('elsewhere')
  })

  it('replicas share a node that has the GPUs for several', () => {
    const { pool, replicas } = plan('mistral-7b', { replicas: 5, instanceType: 'Standard_NC96ads_A100_v4' })
    expect(replicas).toBe(5)
    expect(pool).toMatchObject({ request: { count: 2 }, usdPerHour: 2 * 14.692 })
  })

  it('offline the instance type alone tells the cloud', () => {
    const spec = { resource: resource({ instanceType: 'g5.2xlarge' }) }
    expect(plan('mistral-7b', {}, { cloud: undefined }, spec).pool).toMatchObject({ mode: 'create', cloud: 'aws' })
  })

  it('two plans of the same are the same', () => {
    expect(plan('llama-3.1-8b-instruct')).toEqual(plan('llama-3.1-8b-instruct'))
  })
})

describe('the image', () => {
  it('is CUDA 13 where the driver runs it, and the older build on a GRID driver', () => {
    expect(plan('phi-4').image.reference).toBe('vllm/vllm-openai:v0.32.0')
    expect(plan('mistral-7b').image.reference).toBe('vllm/vllm-openai:v0.32.0-cu129')
  })

  it('is the one that most drivers run where the driver is not known', () => {
    expect(chooseImage(catalog.images, 'vllm', { computeCapability: 9, maxCuda: undefined })?.cuda).toBe('12.9')
    expect(chooseImage(catalog.images, 'vllm', { computeCapability: 7, maxCuda: '13.0' })).toBeUndefined()
    expect(chooseImage(catalog.images, 'vllm', { computeCapability: 9, maxCuda: '11.8' })).toBeUndefined()
  })

  it('of --image goes into the manifest, then the one of the file', () => {
    const inference = { preset: { name: 'phi-4', image: 'mine:2', imagePullSecrets: ['pull'] }, adapters: [] }
    expect(plan('phi-4', {}, {}, { inference })).toMatchObject({
      image: { reference: 'mine:2', version: '0.32.0' },
      imagePullSecrets: ['pull'],
    })
    expect(plan('phi-4', { image: 'mine:1' }, {}, { inference }).image.reference).toBe('mine:1')
  })
})

describe('the context length', () => {
  it("is the model's when it fits, else what the memory allows", () => {
    expect(plan('mistral-7b').sizing).toMatchObject({ maxModelLen: 32_768, maxModelLenFrom: 'model' })
    const { maxModelLen, maxModelLenFrom, maxConcurrency } = plan('llama-3.1-8b-instruct').sizing
    expect(maxModelLenFrom).toBe('memory')
    expect(maxModelLen % 256).toBe(0)
    expect(maxConcurrency).toBeGreaterThanOrEqual(1)
  })

  it('flag over engine flag over config map; a beaten value does not reach the engine', () => {
    const engineConfig = { max_model_len: '16K', 'max-num-seqs': 64 }
    expect(plan('mistral-7b', {}, { engineConfig }).sizing).toMatchObject({
      maxModelLen: 16_384,
      maxModelLenFrom: 'config',
    })
    const flagged = plan('mistral-7b', { maxModelLen: 4096 }, { engineConfig })
    expect(flagged.sizing).toMatchObject({ maxModelLen: 4096, maxModelLenFrom: 'flag' })
    expect(flagged.engineArgs).toEqual({ 'max-num-seqs': 64 })
    expect(plan('mistral-7b', { engineArgs: { 'max-model-len': 2048 } }, { engineConfig }).sizing).toMatchObject({
      maxModelLen: 2048,
      maxModelLenFrom: 'flag',
    })
  })

  it('auto stays auto', () => {
    const { engineArgs, sizing } = plan('mistral-7b', { engineArgs: { 'max-model-len': 'auto' } })
    expect([engineArgs, sizing.maxModelLenFrom]).toEqual([{ 'max-model-len': 'auto' }, 'model'])
  })

  it('may be below what kaito would choose, when asked', () => {
    expect(plan('mistral-7b', { maxModelLen: 512 }).sizing.maxModelLen).toBe(512)
  })

  it('beyond the model: refused with its limit', () => {
    const error = refusal(() => plan('mistral-7b', { maxModelLen: 40_000 }))
    expect(error).toMatchObject({ code: 'PREFLIGHT_REFUSED', hint: saying('At most: --max-model-len 32768') })
  })

  it('beyond the memory of the machine named: refused with the most that fits, which then does', () => {
    const instanceType = 'Standard_NV36ads_A10_v5'
    const error = refusal(() => plan('llama-3.1-8b-instruct', { instanceType, maxModelLen: 100_000 }))
    expect(error.code).toBe('NO_FIT')
    const most = Number(/--max-model-len (\d+)/.exec(said(error.hint))?.[1])
    expect(plan('llama-3.1-8b-instruct', { instanceType, maxModelLen: most }).sizing.maxModelLen).toBe(most)
    expect(refusal(() => plan('llama-3.1-8b-instruct', { instanceType, maxModelLen: most + 256 })).code).toBe('NO_FIT')
  })

  it('asks for a larger machine when none is named', () => {
    expect(plan('llama-3.1-8b-instruct', { maxModelLen: 100_000 }).sizing.instanceType).toBe('Standard_NC24ads_A100_v4')
  })
})

describe('engine flags reach the estimate', () => {
  const onH100 = (engineArgs: Record<string, string | number | boolean>) =>
    plan('llama-3.1-8b-instruct', { instanceType: 'Standard_NC80adis_H100_v5', engineArgs }).sizing

  it('tensor-parallel-size, under any of its names', () => {
    for (const flag of ['tensor-parallel-size', 'tensor_parallel_size', '--tensor-parallel-size', 'tp']) {
      expect(onH100({ [flag]: 2 })).toMatchObject({ tensorParallelSize: 2, kvBytesPerToken: 65_536 })
    }
  })

  it('gpu-memory-utilization and kv-cache-dtype', () => {
    expect(onH100({ 'gpu-memory-utilization': 0.5 })).toMatchObject({ gpuMemoryUtilization: 0.5 })
    expect(onH100({ 'kv-cache-dtype': 'fp8' }).kvBytesPerToken).toBe(65_536)
  })

  it('enable-lora reserves its slots', () => {
    expect(onH100({ 'enable-lora': true, 'max-lora-rank': 64 }).memory).toContainEqual(
      expect.objectContaining({ term: 'lora', gib: 0.313 }),
    )
  })

  it('max-num-seqs and max-num-batched-tokens', () => {
    const activations = (args: Record<string, number>) =>
      onH100(args).memory.find(({ term }) => term === 'activations')?.gib ?? 0
    expect(activations({ 'max-num-seqs': 16 })).toBeLessThan(activations({}))
    expect(activations({ 'max-num-batched-tokens': 65_536 })).toBeGreaterThan(activations({}))
  })

  it.each([
    [{ 'tensor-parallel-size': 0 }, 'USAGE'],
    [{ 'tensor-parallel-size': 3 }, 'PREFLIGHT_REFUSED'],
    [{ 'gpu-memory-utilization': 92 }, 'USAGE'],
    [{ 'max-model-len': 'long' }, 'USAGE'],
    [{ 'pipeline-parallel-size': 2 }, 'USAGE'],
    [{ 'prefill-context-parallel-size': 2 }, 'USAGE'],
    [{ dtype: 'float32' }, 'USAGE'],
  ])('%o is refused with %s', (engineArgs, code) => {
    expect(refusal(() => onH100(engineArgs as Record<string, number>)).code).toBe(code)
  })

  it('half precision before Ampere, and no bfloat16 there even when asked', () => {
    const onT4 = (engineArgs: Record<string, string>) =>
      plan('phi-4-mini-instruct', { instanceType: 'Standard_NC4as_T4_v3', engineArgs })
    expect(onT4({}).sizing.dtype).toBe('float16')
    expect(refusal(() => onT4({ dtype: 'bfloat16' })).message).toContain('no bfloat16')
    expect(plan('phi-4').sizing.dtype).toBe('bfloat16')
  })

  it('what the estimate does not know is named', () => {
    const { warnings } = plan('phi-4', { engineArgs: { quantization: 'fp8' } })
    expect(warnings).toEqual([
      { code: 'not-in-estimate', message: expect.stringContaining('--quantization'), about: { flag: 'quantization' } },
    ])
  })

  it.each([
    ['enable-expert-parallel', true],
    ['no-enable-chunked-prefill', true],
    ['performance-mode', 'throughput'],
    ['cudagraph-capture-sizes', 16],
  ])('says of %s that the estimate leaves it out', (flag, value) => {
    const { warnings } = plan('phi-4', { engineArgs: { [flag]: value } })
    expect(warnings.map(({ code }) => code)).toContain('not-in-estimate')
  })
})
