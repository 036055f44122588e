/**
 * How vLLM's log names the cause of a start that failed, most telling first. Lines drift between versions: each row
 * says where it was seen. "Engine core initialization failed" is never a cause, so no row looks for it.
 */
import { type Advice, advice, again, engineArg, kubectl, type Named, setting, thenAgain } from '#core/advice.ts'
import type { Signature } from '#core/failures/signature.ts'

const TOKEN = setting('hfTokenFile', 'FILE')
const IMAGE = setting('image', 'REFERENCE')
const MACHINE = setting('instanceType', 'TYPE')
const length = (tokens = 'TOKENS'): Named => setting('maxModelLen', tokens)

function correct(flag = ''): Advice {
  const name = flag.replace(/^-+/, '') || 'FLAG'
  return advice`${again(engineArg(name, 'VALUE'))} corrected, or without it; or fix the ConfigMap of inference.config.`
}

export const FAILURES: readonly Signature[] = [
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern: /error: unrecognized arguments: (?<flags>.+)/,
    says: ({ flags }) => `The engine does not know ${flags}.`,
    next: ({ flags }) => correct(flags?.split(/[\s=]/)[0]),
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern: /error: argument (?<flag>--[\w-]+)[^:]*: (?<why>.+)/,
    says: ({ flag, why }) => `The engine refuses the value of ${flag}: ${why}.`,
    next: ({ flag }) => correct(flag),
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern:
      /validation errors? for \w+Config\s+(?:\([^)]*\) )?(?<field>[a-z_]+)\s+(?:\([^)]*\) )?\s*Input should be (?<why>[^[\n]+?) \[[^\]]*input_value=(?<value>[^,]+)/,
    says: ({ field = '', why, value }) =>
      `The engine refuses the value of --${field.replaceAll('_', '-')}: it should be ${why}, and is ${value}.`,
    next: ({ field = '' }) => correct(field.replaceAll('_', '-')),
    source: 'vLLM 0.32.0, create_engine_config (compared on the bed)',
  },
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern:
      /(?<why>invalid tool call parser: [\w.-]+|Reasoning parser '[^']+' not found|Unknown quantization method: [\w.-]+|--[\w-]+ requires --[\w-]+|max_num_batched_tokens \(\d+\) (?:must be greater than or equal to max_num_seqs|is smaller than max_model_len) \(\d+\)|max_model_len must be a positive integer|Total number of attention heads \(\d+\) must be divisible by tensor parallel size \(\d+\))/,
    says: ({ why }) => `The engine refuses a flag: ${why}.`,
    next: () => correct(),
    source: 'vLLM 0.32.0, create_engine_config (compared on the bed)',
  },
  {
    code: 'ENGINE_FLAG_INVALID',
    pattern: /The supplied chat template string \((?<path>[^)]+)\) appears path-like, but doesn't exist/,
    says: ({ path }) => `There is no chat template ${path} in the container.`,
    next: () => correct('chat-template'),
    source: 'vLLM 0.32.0, validate_chat_template (compared on the bed)',
  },
  {
    code: 'KV_CACHE_TOO_SMALL',
    pattern:
      /max(?:imum)? seq(?:uence)? len(?:gth)? \((?<asked>\d+)\)[\s\S]{0,300}?estimated maximum model length is (?<fits>\d+)/,
    says: ({ asked, fits }) => `A context of ${asked} tokens does not fit the KV cache; ${fits} would.`,
    next: ({ fits }) => advice`${again(length(fits))}, or on a machine with more GPU memory: ${MACHINE}.`,
    source: 'vLLM 0.32.0 (seen on the node bed); kaito-project/kaito#2132',
  },
  {
    code: 'KV_CACHE_TOO_SMALL',
    pattern:
      /No available memory for the cache blocks|Cannot auto-fit max_model_len|larger than the (?:maximum number of tokens|available KV cache memory)/,
    says: () => 'The weights leave no memory for the KV cache.',
    next: () => advice`${again(MACHINE)}, one with more GPU memory, or with a shorter context: ${length('4096')}.`,
    source: 'vllm-project/vllm#2248, #2418',
  },
  {
    code: 'CONTEXT_TOO_LONG',
    pattern:
      /max_model_len \((?<asked>\d+)\) is greater than the derived max_model_len \(max_position_embeddings=(?<most>\d+)/,
    says: ({ asked, most }) => `The model was made for ${most} tokens of context; ${asked} were asked for.`,
    next: ({ most }) => advice`${again(length(most))}.`,
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'MODEL_ACCESS_DENIED',
    pattern:
      /(?:GatedRepoError|Cannot access gated repo|not in the authorized list|401 Client Error: Unauthorized for url)(?:[\s\S]{0,600}?huggingface\.co\/(?!docs\/)(?:api\/models\/)?(?<model>[\w.-]+\/[\w.-]+))?/,
    says: () => 'The Hub refuses this token: it is missing or wrong, or its account has not accepted the licence.',
    next: ({ model }) =>
      advice`Accept the licence with the token's account ${model === undefined ? "on the model's page" : `at https://huggingface.co/${model}`}; then ${thenAgain(TOKEN)}.`,
    source: 'opea-project/GenAIInfra#100',
  },
  {
    code: 'MODEL_ACCESS_DENIED',
    pattern: /Illegal header value b'Bearer|InvalidHeaderValue/,
    says: () => 'The token in the Secret has a line break or a blank at its end.',
    next: () => advice`${again(TOKEN)}: then kaito writes the Secret, and trims the token.`,
    source: 'ai-dynamo/modelexpress#277',
  },
  {
    code: 'HUB_THROTTLED',
    pattern: /429 Client Error|Too Many Requests/,
    says: () => "The Hub throttles this account or the cluster's address.",
    next: (_found, { workspace, namespace }) =>
      advice`Every restart extends the throttle: ${kubectl('scale', 'deployment', workspace, '-n', namespace, '--replicas', '0')}; after a while ${thenAgain(TOKEN)}.`,
    crashes: 2,
    source: 'NVIDIA/aicr#1116',
  },
  {
    code: 'MODEL_NOT_FOUND',
    pattern:
      /Repo id must be in the form[^:]*: '(?<path>[^']+)'|Invalid repository ID or local directory specified: '(?<id>[^']+)'/,
    says: ({ path, id }) => `There is no model at ${path ?? id} in the container.`,
    next: (_found, { pod, namespace }) =>
      advice`See what is mounted there: ${kubectl('describe', 'pod', pod, '-n', namespace)}; or ${thenAgain(IMAGE)}, one that holds the model.`,
    source: 'vLLM 0.32.0 (seen on the node bed)',
  },
  {
    code: 'MODEL_NOT_FOUND',
    pattern: /RepositoryNotFoundError|RevisionNotFoundError|404 Client Error/,
    says: () => 'The Hub knows no such model or revision, or hides it from this token.',
    next: () => advice`Check the name of the model and its revision; for a private one ${thenAgain(TOKEN)}.`,
    source: 'huggingface_hub 1.x errors',
  },
  {
    code: 'GPU_OUT_OF_MEMORY',
    pattern: /torch\.(?:cuda\.)?OutOfMemoryError|CUDA out of memory/,
    says: () => "The GPU's memory is too small for the model with these settings.",
    next: () => advice`${again(engineArg('max-num-seqs', 64))}, or on a machine with more GPU memory: ${MACHINE}.`,
    source: 'vllm-project/vllm#13267',
  },
  {
    code: 'GPU_OUT_OF_MEMORY',
    pattern: /Free memory on device .* is less than desired GPU memory utilization/,
    says: () => 'Another process holds memory of this GPU.',
    next: (_found, { pod, namespace }) =>
      advice`See which node it is, and what else runs there: ${kubectl('get', 'pod', pod, '-n', namespace, '-o', 'wide')}; or ${thenAgain(engineArg('gpu-memory-utilization', 0.8))}.`,
    source: 'vLLM 0.33.0 source',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern: /Model architectures \[(?<what>[^\]]*)\] are not supported|does not recognize this architecture/,
    says: ({ what }) => `This version of the engine does not know the model's architecture${what ? ` ${what}` : ''}.`,
    next: () => advice`${again(IMAGE)}, a newer engine.`,
    source: 'vllm-project/vllm#17630',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern:
      /driver on your system is too old \(found version (?<found>\d+)\)|no kernel image is available for execution|Error 80[34]/,
    says: () => "The node's GPU or driver is too old for this image.",
    next: () => advice`${again(IMAGE)}, one built for an older CUDA, or on newer nodes.`,
    source: 'vllm-project/vllm#4940, #19185',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern: /Bfloat16 is only supported on GPUs with compute capability/,
    says: () => 'This GPU has no bfloat16.',
    next: () => advice`${again(engineArg('dtype', 'float16'))}.`,
    source: 'vllm-project/vllm#1157',
  },
  {
    code: 'ENGINE_INCOMPATIBLE',
    pattern: /libcuda\.so\.1: cannot open shared object file|No platform detected/,
    says: () => 'The container sees no GPU.',
    next: (_found, { pod, namespace }) =>
      advice`Check the GPU request and the runtime class: ${kubectl('describe', 'pod', pod, '-n', namespace)}`,
    source: 'kubernetes-sigs/gateway-api-inference-extension#2375',
  },
]

/** Process, level, time and source stand before what it says. */
export function readLine(line: string): string {
  return line.trim().replace(/^\([^)]*\) (?:[A-Z]+ [\d: -]+\[[^\]]*\]\s*)?/, '')
}

/** The API server's error says only that the engine's process failed. */
export function isCause(line: string): boolean {
  return /\b\w*(?:Error|Exception): \S/.test(line) && !line.includes('Engine core initialization failed')
}
