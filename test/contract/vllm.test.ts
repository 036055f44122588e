/** vLLM, as it is shipped. */
import { openCatalog } from '#data/catalog.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { vllm } from '#runtimes/vllm/index.ts'
import { vllm as simulated } from '#sandbox/engines/vllm/index.ts'
import { describeEngine } from './describe-engine.ts'

describeEngine('vLLM', {
  engine: vllm,
  simulated,
  catalog: await openCatalog(SHIPPED_ENGINES),
  model: 'mistral-7b-instruct',
  flags: { taken: { 'max-num-seqs': 64, 'enable-prefix-caching': true }, unknown: 'no-such-flag', settled: 'port' },
  refused: ['--block-size=0', '--reasoning-parser=nonsense', '--chat-template=/no/such.jinja'],
  failures: {
    oom: 'GPU_OUT_OF_MEMORY',
    'gpu-taken': 'GPU_OUT_OF_MEMORY',
    'kv-cache': 'KV_CACHE_TOO_SMALL',
    'no-kv-cache': 'KV_CACHE_TOO_SMALL',
    context: 'CONTEXT_TOO_LONG',
    gated: 'MODEL_ACCESS_DENIED',
    token: 'MODEL_ACCESS_DENIED',
    'not-found': 'MODEL_NOT_FOUND',
    'no-path': 'MODEL_NOT_FOUND',
    throttled: 'HUB_THROTTLED',
    flag: 'ENGINE_FLAG_INVALID',
    'flag-value': 'ENGINE_FLAG_INVALID',
    driver: 'ENGINE_INCOMPATIBLE',
    'no-gpu': 'ENGINE_INCOMPATIBLE',
    architecture: 'ENGINE_INCOMPATIBLE',
    bfloat16: 'ENGINE_INCOMPATIBLE',
    crash: undefined,
  },
})
