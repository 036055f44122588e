/** Flags of vLLM that are not left to the user, or that the estimate does not follow. */
import { advice, setting } from '#core/advice.ts'
import type { Settled } from '../flags.ts'

const PLAIN_HTTP = {
  says: 'probes and the Service speak plain HTTP inside the cluster',
  hint: 'Terminate TLS in front of the Service.',
}

/** What kaito sets itself, because other objects depend on it, and what to do instead. */
export const SETTLED: Readonly<Record<string, Settled>> = {
  model: { says: 'kaito names the model', hint: 'Set it as inference.preset.name, or as the argument.' },
  host: { says: 'the pod listens on all of its addresses', hint: 'Leave it out.' },
  port: { says: 'the Service uses the port that kaito sets', hint: 'Leave it out.' },
  uds: { says: 'the Service uses a port, not a socket', hint: 'Leave it out.' },
  'api-key': {
    says: 'arguments can be read in the pod and in process lists',
    hint: advice`Let kaito generate a key and keep it in a Secret: ${setting('apiKey')}`,
  },
  'hf-token': {
    says: 'arguments can be read in the pod and in process lists',
    hint: advice`Pass the token with ${setting('hfTokenFile', 'FILE')}, or name a Secret with it as modelAccessSecret.`,
  },
  'ssl-keyfile': PLAIN_HTTP,
  'ssl-certfile': PLAIN_HTTP,
}

/** These change the memory that is needed, and the estimate follows them. */
export const IN_ESTIMATE: readonly string[] = [
  'tensor-parallel-size',
  'gpu-memory-utilization',
  'max-model-len',
  'max-num-seqs',
  'max-num-batched-tokens',
  'kv-cache-dtype',
  'dtype',
  'enforce-eager',
  'enable-lora',
  'max-loras',
  'max-lora-rank',
]

/** These change it, too, and the estimate does not. */
export const NOT_IN_ESTIMATE: readonly string[] = [
  'quantization',
  'kv-cache-memory-bytes',
  'num-gpu-blocks-override',
  'cpu-offload-gb',
  'speculative-config',
  'hf-overrides',
  'block-size',
  'compilation-config',
  'cudagraph-capture-sizes',
  'max-cudagraph-capture-size',
  'enable-expert-parallel',
  'performance-mode',
  'enable-chunked-prefill',
  'no-enable-chunked-prefill',
]
