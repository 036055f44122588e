/** Ends of real logs (vLLM 0.32.0 on the node bed, shortened; others from the thread that is named) → the cause. */
import { describe, expect, it } from 'vitest'
import { rootLine } from '#core/failures/engine-log.ts'
import { recognise } from '#core/failures/signature.ts'
import { vllm } from '#runtimes/vllm/index.ts'
import { said } from '../../../support/said.ts'

const PLACE = { workspace: 'tiny', namespace: 'default', pod: 'tiny-1' }
const judge = (log: string) => recognise(vllm.failures, log, PLACE, vllm.readLine)

const KV = `(EngineCore pid=36) ERROR 11-24 02:24:11 [core.py:1510]     raise ValueError(
(EngineCore pid=36) ERROR 11-24 02:24:11 [core.py:1510] ValueError: To serve at least one request with the model's max seq len (2048), (0.0 GiB KV cache is needed, which is larger than the available KV cache memory (0.0 GiB). Based on the available memory, the estimated maximum model length is 384. Try increasing \`gpu_memory_utilization\` or decreasing \`max_model_len\` when initializing the engine.
(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}`

describe('known', () => {
  it.each([
    ['ENGINE_FLAG_INVALID', 'main.py: error: unrecognized arguments: --no-such-flag=1', '--no-such-flag=1'],
    ['ENGINE_FLAG_INVALID', "vllm serve: error: argument --dtype: invalid choice: 'x'", '--dtype'],
    ['KV_CACHE_TOO_SMALL', KV, '384 would'],
    [
      'KV_CACHE_TOO_SMALL',
      'ValueError: Cannot auto-fit max_model_len: not enough GPU memory available to serve even a single token.',
      'no memory for the KV cache',
    ],
    [
      'CONTEXT_TOO_LONG',
      'Value error, User-specified max_model_len (99999) is greater than the derived max_model_len (max_position_embeddings=2048 or model_max_length=None in model config.json).',
      '2048',
    ],
    [
      'MODEL_NOT_FOUND',
      "huggingface_hub.errors.HFValidationError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': '/models/none'. Use `repo_type` argument if needed.",
      '/models/none',
    ],
    [
      'MODEL_ACCESS_DENIED',
      'OSError: You are trying to access a gated repo.\nCannot access gated repo for url https://x',
      'licence',
    ],
    ['MODEL_ACCESS_DENIED', "httpx.LocalProtocolError: Illegal header value b'Bearer hf_x\\n'", 'line break'],
    ['GPU_OUT_OF_MEMORY', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB.', 'memory'],
    [
      'ENGINE_INCOMPATIBLE',
      "ValueError: Model architectures ['NewForCausalLM'] are not supported for now.",
      'NewForCausalLM',
    ],
    [
      'ENGINE_INCOMPATIBLE',
      'RuntimeError: The NVIDIA driver on your system is too old (found version 12040).',
      'too old',
    ],
  ])('%s: %s', (code, log, says) => {
    const cause = judge(log)
    expect(cause?.code).toBe(code)
    expect(cause?.message).toContain(says)
    expect(said(cause?.next)).not.toBe('')
  })

  it('the reason is the line itself, without the prefix of the logger', () => {
    expect(judge(KV)?.reason).toMatch(/^ValueError: To serve at least one request/)
  })

  it('the advice names the length that fits', () => {
    expect(said(judge(KV)?.next)).toContain('--max-model-len 384')
  })

  it("the advice for a gated model is the model's page", () => {
    const gated = `huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: x)

Cannot access gated repo for url https://huggingface.co/meta-llama/Llama-3.1-8B/resolve/main/config.json.`
    expect(said(judge(gated)?.next)).toContain('at https://huggingface.co/meta-llama/Llama-3.1-8B;')
    expect(said(judge('GatedRepoError: see https://huggingface.co/docs/huggingface_hub')?.next)).toContain(
      "model's page",
    )
  })

  it('a throttle is believed when it has come back', () => {
    expect(judge('requests.HTTPError: 429 Client Error: Too Many Requests for url')).toMatchObject({ crashes: 2 })
  })
})

describe('unknown', () => {
  it('the first error is nearer to the cause than the last', () => {
    const log = `INFO starting\n(EngineCore pid=3) ERROR 11-24 02:12:35 [core.py:1510] FileNotFoundError: lscpu\nRuntimeError: Engine core initialization failed. See root cause above.`
    expect(judge(log)).toBeUndefined()
    expect(rootLine(log, vllm)).toBe('FileNotFoundError: lscpu')
  })

  it('without an error it is the last line', () => {
    expect(rootLine('one\ntwo\n\n', vllm)).toBe('two')
  })

  it('an ordinary start is no failure', () => {
    expect(judge('INFO Loading weights took 0.2 seconds\nINFO Application startup complete.')).toBeUndefined()
  })
})
