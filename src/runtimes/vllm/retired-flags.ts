/**
 * Flags of earlier vLLM, and what became of them. `goneIn` is the first release whose parser lacks the flag, found in the
 * parsers of the published releases (`vllm/engine/arg_utils.py`, `vllm/entrypoints/*\/cli_args.py`), every minor one since 0.6.
 */
import type { Scalar } from '#core/workspace/spec.ts'
import type { Retired, RetiredFlags } from '../retired.ts'

const OLD_SCHEDULER = "it belonged to the first engine's scheduler"

const GRAPHS_BY_BATCH = 'CUDA graphs are captured by batch size, not by length'
const NO_POOL = 'there is no pool of tokenizers'

export const RETIRED: RetiredFlags = {
  'swap-space': idle('0.18.0', 'this engine swaps no KV cache to the CPU'),
  'preemption-mode': idle('0.11.0', 'requests that are preempted are always computed anew'),
  'num-scheduler-steps': idle('0.10.1', OLD_SCHEDULER),
  'multi-step-stream-outputs': idle('0.10.1', OLD_SCHEDULER),
  'scheduler-delay-factor': idle('0.11.0', OLD_SCHEDULER),
  'num-lookahead-slots': idle('0.12.0', OLD_SCHEDULER),
  'use-v2-block-manager': idle('0.10.0', 'there is one block manager'),
  'disable-async-output-proc': idle('0.11.0', 'output is always processed asynchronously'),
  'engine-use-ray': idle('0.7.0', 'the engine itself needs no Ray'),
  'max-context-len-to-capture': idle('0.7.0', GRAPHS_BY_BATCH),
  'max-seq-len-to-capture': idle('0.11.0', GRAPHS_BY_BATCH),
  'enable-reasoning': idle('0.10.0', '--reasoning-parser alone turns reasoning on'),
  'disable-log-requests': {
    goneIn: '0.17.0',
    now: {
      is: 'without-effect',
      because: 'requests are not logged unless --enable-log-requests is set',
      unless: false,
    },
    instead: 'Set --enable-log-requests.',
  },
  'max-num-partial-prefills': idle('0.27.0', OLD_SCHEDULER),
  'max-long-partial-prefills': idle('0.27.0', OLD_SCHEDULER),
  device: idle('0.10.0', 'the engine finds the device by itself'),
  'tokenizer-pool-size': idle('0.10.0', NO_POOL),
  'tokenizer-pool-type': idle('0.10.0', NO_POOL),
  'tokenizer-pool-extra-config': idle('0.10.0', NO_POOL),
  'lora-extra-vocab-size': idle('0.12.0', 'adapters bring no vocabulary of their own'),
  'disable-frontend-multiprocessing': idle('0.19.0', 'the server always runs apart from the engine'),

  'guided-decoding-backend': renamed('0.12.0', 'structured-outputs-config.backend', backend),
  'guided-decoding-disable-any-whitespace': renamed('0.12.0', 'structured-outputs-config.disable_any_whitespace'),
  'guided-decoding-disable-additional-properties': renamed(
    '0.12.0',
    'structured-outputs-config.disable_additional_properties',
  ),
  'cuda-graph-sizes': renamed('0.13.0', 'cudagraph-capture-sizes'),
  'override-pooler-config': renamed('0.12.0', 'pooler-config'),
  'disable-mm-preprocessor-cache': renamed('0.13.0', 'mm-processor-cache-gb', when(true, 0)),
  'enable-multimodal-encoder-data-parallel': renamed('0.13.0', 'mm-encoder-tp-mode', when(true, 'data')),
  'num-redundant-experts': renamed('0.12.0', 'eplb-config.num_redundant_experts'),
  'eplb-window-size': renamed('0.12.0', 'eplb-config.window_size'),
  'eplb-step-interval': renamed('0.12.0', 'eplb-config.step_interval'),
  'eplb-log-balancedness': renamed('0.12.0', 'eplb-config.log_balancedness'),
  // A model that embeds, classifies or scores wants more than a runner: none of them answers a chat.
  task: {
    ...renamed('0.13.0', 'runner', (given) => (given === 'generate' || given === 'auto' ? given : undefined)),
    instead: 'Use --runner and --convert.',
  },

  'rope-scaling': gone('0.11.1', `Use --hf-overrides='{"rope_parameters": {…}}', with rope_theta in it.`),
  'rope-theta': gone('0.11.1', `Use --hf-overrides='{"rope_parameters": {"rope_type": "default", "rope_theta": …}}'.`),
  'speculative-model': gone('0.8.5', 'Use --speculative-config, or --spec-model.'),
  'num-speculative-tokens': gone('0.8.5', 'Use --speculative-config, or --spec-tokens.'),
  'guided-decoding-disable-fallback': gone('0.12.0', 'Name the one backend: --structured-outputs-config.backend.'),
  'worker-use-ray': gone('0.7.0', 'Use --distributed-executor-backend=ray.'),
  'logits-processor-pattern': gone('0.17.0', 'Use --logits-processors.'),
  'calculate-kv-scales': gone('0.28.0', 'Scales come with the checkpoint: remove it.'),
  'override-attention-dtype': gone('0.28.0', 'Remove it: the engine chooses the type.'),
  'max-prompt-adapters': gone('0.10.0', 'There are no prompt adapters any more.'),
  'max-prompt-adapter-token': gone('0.10.0', 'There are no prompt adapters any more.'),
  'enable-prompt-adapter': gone('0.10.2', 'There are no prompt adapters any more.'),
  'enable-lora-bias': gone('0.11.1', 'Adapters with a bias are not served any more.'),
}

function idle(goneIn: string, because: string): Retired {
  return { goneIn, now: { is: 'without-effect', because } }
}

function renamed(goneIn: string, to: string, value?: (given: Scalar) => Scalar | undefined): Retired {
  return { goneIn, now: { is: 'renamed', to, ...(value === undefined ? {} : { value }) } }
}

function gone(goneIn: string, instead: string): Retired {
  return { goneIn, now: { is: 'refused' }, instead }
}

/** `outlines:no-fallback` named more than a backend. */
function backend(given: Scalar): Scalar | undefined {
  return ['auto', 'xgrammar', 'guidance', 'outlines', 'lm-format-enforcer'].find((one) => one === given)
}

function when(set: boolean, value: Scalar): (given: Scalar) => Scalar | undefined {
  return (given) => (given === set ? value : undefined)
}
