/** What the simulated engine logs, read by the code that reads the real one. */
import { describe, expect, it } from 'vitest'
import { rootLine } from '#core/failures/engine-log.ts'
import { recognise } from '#core/failures/signature.ts'
import { vllm } from '#runtimes/vllm/index.ts'
import type { FailureKind } from '#sandbox/ending.ts'
import { failureLog } from '#sandbox/engines/vllm/failure-lines.ts'
import { startupLog } from '#sandbox/engines/vllm/log-lines.ts'
import { said } from '../../../../support/said.ts'

const PLACE = { workspace: 'tiny', namespace: 'default', pod: 'tiny-1' }
const judge = (lines: readonly string[]) => recognise(vllm.failures, lines.join('\n'), PLACE, vllm.readLine)
const FACTS = { model: 'org/model', maxModelLen: 32_768 }
const START = {
  ...FACTS,
  servedName: 'model',
  version: '0.32.0',
  weightsGib: 14.96,
  gpus: 1,
}

describe('a start', () => {
  it('says first that it is simulated', () => {
    expect(startupLog(START)[0]?.line).toMatch(/sandbox.*simulated/)
  })

  it('goes forward, from 0 to 1, and carries the time it is given', () => {
    const lines = startupLog(START, (share) => new Date(Date.UTC(2026, 10, 24, 3, 0, 100 * share)))
    const shares = lines.map(({ afterShare }) => afterShare)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect([shares[0], shares.at(-1)]).toEqual([0, 1])
    const ready = lines.find(({ line }) => line.includes('Starting vLLM server'))
    expect(ready?.line).toBe(
      '(APIServer pid=1) INFO 11-24 03:01:38 [entry.py:140] Starting vLLM server on http://0.0.0.0:8000',
    )
  })

  it.each([1, 4])('shows every phase, on %i GPUs', (gpus) => {
    const lines = startupLog({ ...START, gpus })
    const text = lines.map(({ line }) => line).join('\n')
    for (const phase of [
      'non-default args',
      'Resolved architecture',
      'Using max model len 32768',
      'Initializing a V1 LLM engine (v0.32.0)',
      'Time spent downloading weights for',
      'Loading safetensors checkpoint shards: 100% Completed',
      'Loading weights took',
      'Model loading took',
      'torch_compile_cache',
      'Dynamo bytecode transform time',
      'torch.compile took',
      'Initial profiling/warmup run took',
      'Profiling CUDA graph memory',
      'Estimated CUDA graph memory',
      'Available KV cache memory',
      'GPU KV cache size',
      'Maximum concurrency for 32,768 tokens per request',
      'Capturing CUDA graphs',
      'Graph capturing finished',
      'init engine (profile, create kv cache, warmup model) took',
      'Replace gpu_memory_utilization config with',
      'Application startup complete',
    ])
      expect(text).toContain(phase)
    expect(judge(lines.map(({ line }) => line))).toBeUndefined()
    expect(text).not.toMatch(/NaN|undefined|-\d+\.\d+ GiB/)
  })

  it('makes room for weights of any size', () => {
    for (const weightsGib of [0.3, 15, 140, 900]) {
      const text = startupLog({ ...START, weightsGib })
        .map(({ line }) => line)
        .join('\n')
      expect(Number(/per request: ([\d.]+)x/.exec(text)?.[1])).toBeGreaterThanOrEqual(1)
    }
  })
})

describe('a failure', () => {
  it.each<[FailureKind, string, string]>([
    ['oom', 'GPU_OUT_OF_MEMORY', 'CUDA out of memory'],
    ['kv-cache', 'KV_CACHE_TOO_SMALL', "the model's max seq len (32768)"],
    ['no-kv-cache', 'KV_CACHE_TOO_SMALL', 'No available memory for the cache blocks'],
    ['context', 'CONTEXT_TOO_LONG', 'max_model_len (32768)'],
    ['gated', 'MODEL_ACCESS_DENIED', 'GatedRepoError'],
    ['not-found', 'MODEL_NOT_FOUND', 'RepositoryNotFoundError'],
    ['throttled', 'HUB_THROTTLED', '429 Too Many Requests'],
    ['flag', 'ENGINE_FLAG_INVALID', '--no-such-flag'],
    ['driver', 'ENGINE_INCOMPATIBLE', 'too old'],
    ['architecture', 'ENGINE_INCOMPATIBLE', 'SandboxForCausalLM'],
  ])('%s is %s', (kind, code, reason) => {
    const cause = judge(failureLog(kind, FACTS))
    expect(cause?.code).toBe(code)
    expect(cause?.reason).toContain(reason)
    expect(cause?.reason).not.toContain('pid=')
  })

  it('the context that fits comes back in the advice', () => {
    expect(said(judge(failureLog('kv-cache', { ...FACTS, fits: 12_288 }))?.next)).toContain('--max-model-len 12288')
    expect(said(judge(failureLog('kv-cache', { ...FACTS, maxModelLen: 2048 }))?.next)).toContain('--max-model-len 1024')
  })

  it('a crash is known to nobody, and its own words are nearest to the cause', () => {
    const lines = failureLog('crash', FACTS)
    expect(judge(lines)).toBeUndefined()
    expect(rootLine(lines.join('\n'), vllm)).toBe('RuntimeError: The sandbox was told to stop the engine here.')
  })

  it('is told apart after a start that went well so far', () => {
    const before = startupLog(START)
      .filter(({ afterShare }) => afterShare < 0.6)
      .map(({ line }) => line)
    expect(judge([...before, ...failureLog('oom', FACTS)])?.code).toBe('GPU_OUT_OF_MEMORY')
  })
})
