/**
 * How vLLM's log names the cause of a start that failed, most telling first. Lines drift between versions: each row
 * says where it was seen. "Engine core initialization failed" is never a cause, so no row looks for it.
 */
import { type Signature, withoutPrefix } from './cause.ts'

export const ENGINE_FAILURES: readonly Signature[] = [
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern: /error: unrecognized arguments: (?<flags>.+)/,
    says: ({ flags }) => `The engine does not know ${flags}.`,
    next: () =>
      'Correct --engine-arg or the ConfigMap of inference.config; kaito checks them against the engine of its catalogue.',
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern: /error: argument (?<flag>--[\w-]+)[^:]*: (?<why>.+)/,
    says: ({ flag, why }) => `The engine refuses the value of ${flag}: ${why}.`,
    next: () => 'Correct --engine-arg or the ConfigMap of inference.config.',
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'KV_CACHE_TOO_SMALL',
    pattern:
      /max(?:imum)? seq(?:uence)? len(?:gth)? \((?<asked>\d+)\)[\s\S]{0,300}?estimated maximum model length is (?<fits>\d+)/,
    says: ({ asked, fits }) => `A context of ${asked} tokens does not fit the KV cache; ${fits} would.`,
    next: ({ fits }, { workspace }) =>
      `Deploy ${workspace} again with --max-model-len ${fits}, or on a machine with more GPU memory.`,
    source: 'vLLM 0.32.0 (seen on the node bed); kaito-project/kaito#2132',
  },
  {
    code: 'KV_CACHE_TOO_SMALL',
    pattern:
      /No available memory for the cache blocks|larger than the (?:maximum number of tokens|available KV cache memory)/,
    says: () => 'The weights leave no memory for the KV cache.',
    next: () => 'Take a machine with more GPU memory (--instance-type), or a shorter context (--max-model-len).',
    source: 'vllm-project/vllm#2248, #2418',
  },
  {
    code: 'CONTEXT_TOO_LONG',
    pattern:
      /max_model_len \((?<asked>\d+)\) is greater than the derived max_model_len \(max_position_embeddings=(?<most>\d+)/,
    says: ({ asked, most }) => `The model was made for ${most} tokens of context; ${asked} were asked for.`,
    next: ({ most }) => `Deploy again with --max-model-len ${most}.`,
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'MODEL_ACCESS_DENIED',
    pattern:
      /GatedRepoError|Cannot access gated repo|not in the authorized list|401 Client Error: Unauthorized for url/,
    says: () =>
      'The Hub does not give the model to this token: it is missing, wrong, or its account has not accepted the licence.',
    next: () =>
      "Open the model's page with the token's account and accept the licence; then deploy again with --hf-token-file FILE.",
    source: 'opea-project/GenAIInfra#100, awslabs/data-on-eks#605',
  },
  {
    code: 'MODEL_ACCESS_DENIED',
    pattern: /Illegal header value b'Bearer|InvalidHeaderValue/,
    says: () => 'The token in the Secret has a line break or a blank at its end.',
    next: () => 'Let kaito write the Secret, it trims the token: deploy again with --hf-token-file FILE.',
    source: 'ai-dynamo/modelexpress#277',
  },
  {
    code: 'HUB_THROTTLED',
    pattern: /429 Client Error|Too Many Requests/,
    says: () => "The Hub throttles this account or the cluster's address.",
    next: () => 'Give it a token (--hf-token-file FILE) and wait: every restart of the pod extends the throttle.',
    crashes: 2,
    source: 'NVIDIA/aicr#1116',
  },
  {
    code: 'MODEL_NOT_FOUND',
    pattern:
      /Repo id must be in the form[^:]*: '(?<path>[^']+)'|Invalid repository ID or local directory specified: '(?<id>[^']+)'/,
    says: ({ path, id }) => `There is no model at ${path ?? id} in the container.`,
    next: () => 'Check the path: what is mounted there, or what the image holds.',
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'MODEL_NOT_FOUND',
    pattern: /RepositoryNotFoundError|RevisionNotFoundError|404 Client Error/,
    says: () => 'The Hub knows no such model or revision, or hides it from this token.',
    next: () => 'Check the name of the model; for a private one give a token: --hf-token-file FILE.',
    source: 'huggingface_hub 1.x errors',
  },
  {
    code: 'GPU_OUT_OF_MEMORY',
    pattern: /torch\.(?:cuda\.)?OutOfMemoryError|CUDA out of memory/,
    says: () => "The GPU's memory is too small for the model with these settings.",
    next: () => 'Lower --engine-arg max-num-seqs or gpu-memory-utilization, or take a machine with more GPU memory.',
    source: 'vllm-project/vllm#13267',
  },
  {
    code: 'GPU_OUT_OF_MEMORY',
    pattern: /Free memory on device .* is less than desired GPU memory utilization/,
    says: () => 'Another process holds memory of this GPU.',
    next: () => 'See what else runs on the node; or lower --engine-arg gpu-memory-utilization.',
    source: 'vLLM 0.33.0 source',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern: /Model architectures \[(?<what>[^\]]*)\] are not supported|does not recognize this architecture/,
    says: ({ what }) => `This version of the engine does not know the model's architecture${what ? ` ${what}` : ''}.`,
    next: () => 'Take a newer engine: --image REFERENCE.',
    source: 'vllm-project/vllm#17630',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern:
      /driver on your system is too old \(found version (?<found>\d+)\)|no kernel image is available for execution|Error 80[34]/,
    says: () => "The node's GPU or driver is too old for this image.",
    next: () => 'Take an image built for an older CUDA (--image REFERENCE), or newer nodes.',
    source: 'vllm-project/vllm#4940, #19185',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern: /Bfloat16 is only supported on GPUs with compute capability/,
    says: () => 'This GPU has no bfloat16.',
    next: () => 'Deploy again with --engine-arg dtype=float16.',
    source: 'vllm-project/vllm#1157',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern: /libcuda\.so\.1: cannot open shared object file|No platform detected/,
    says: () => 'The container sees no GPU.',
    next: (_found, { pod, namespace }) =>
      `Check the GPU request and the runtime class: kubectl describe pod ${pod} -n ${namespace}`,
    source: 'kubernetes-sigs/gateway-api-inference-extension#2375',
  },
]

/** The line that comes nearest to a cause when no row knows it: the first error of the engine, else the last line. */
export function rootLine(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const errors = lines.filter(
    (line) => /\b\w*(?:Error|Exception): \S/.test(line) && !line.includes('Engine core initialization failed'),
  )
  const [first] = errors
  return withoutPrefix(first ?? lines.at(-1) ?? '')
}
