/** Ends of vLLM 0.32's log when a start fails, with the wording of vLLM, torch and huggingface_hub. */
import type { FailureKind } from '../../ending.ts'
import { lineOf, rawLine } from './log-format.ts'

export interface FailureFacts {
  model: string
  maxModelLen: number
  /** The longest context that fits the KV cache, or that the model was made for; half of what was asked by default. */
  fits?: number
  /** The flag that the engine does not know. */
  flag?: string
  /** What the driver shows of one GPU's memory, GiB. */
  gpuGib?: number
  at?: Date
}

/** Before what argparse refuses. */
export const USAGE_LINE = 'usage: vllm serve [model_tag] [options]'

/** An error of the server that nobody catches. */
export function uncaught(file: string, error: string): string[] {
  return apiServer([...frame(file, 1618, 'create_engine_config', 'raise'), error])
}

/** The last lines of a container that fails in this way. */
export function failureLog(kind: FailureKind, facts: FailureFacts): string[] {
  return LOGS[kind](facts)
}

const KV_BYTES = 131_072
const GIB = 1_073_741_824
const SITE = '/usr/local/lib/python3.12/dist-packages'

const LOGS: Record<FailureKind, (facts: FailureFacts) => string[]> = {
  oom: (facts) => {
    const total = facts.gpuGib ?? 22.03
    const size = (gib: number) => `${gib.toFixed(2)} GiB`
    const message = [
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB.',
      `GPU 0 has a total capacity of ${size(total)} of which 138.50 MiB is free.`,
      `Including non-PyTorch memory, this process has ${size(total - 0.14)} memory in use.`,
      `Of the allocated memory ${size(total - 0.66)} is allocated by PyTorch, and 21.67 MiB is reserved by PyTorch but unallocated.`,
      'If reserved but unallocated memory is large try setting PYTORCH_ALLOC_CONF=expandable_segments:True to avoid fragmentation.',
    ].join(' ')
    return engineCore(facts, [
      ...frame('vllm/v1/worker/gpu/model_runner.py', 402, 'load_model', 'self.model = model_loader.load_model('),
      ...frame('torch/utils/_device.py', 103, '__torch_function__', 'return func(*args, **kwargs)'),
      message,
    ])
  },
  'gpu-taken': (facts) => {
    const message = [
      'ValueError: Free memory on device cuda:0 (3.12/22.03 GiB) on startup is less than desired GPU memory utilization (0.92, 20.27 GiB).',
      'Decrease GPU memory utilization or reduce GPU memory used by other processes.',
    ].join(' ')
    return engineCore(facts, [...frame('vllm/v1/worker/utils.py', 423, 'request_memory', 'raise ValueError('), message])
  },
  'kv-cache': (facts) => {
    const { maxModelLen } = facts
    const fits = fitting(facts)
    const memory = (tokens: number) => (Math.round((tokens * KV_BYTES * 100) / GIB) / 100).toFixed(2)
    const message = [
      `ValueError: To serve at least one request with the model's max seq len (${maxModelLen}),`,
      `(${memory(maxModelLen)} GiB KV cache is needed, which is larger than the available KV cache memory (${memory(fits)} GiB).`,
      `Based on the available memory, the estimated maximum model length is ${fits}.`,
      'Try increasing `gpu_memory_utilization` (which also controls CPU memory on the CPU backend)',
      'or decreasing `max_model_len` when initializing the engine.',
      'See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details.',
    ].join(' ')
    return engineCore(facts, [...kvFrame(1030), message])
  },
  'no-kv-cache': (facts) => {
    const message = [
      'ValueError: No available memory for the cache blocks.',
      'Try increasing `gpu_memory_utilization` when initializing the engine',
      '(this flag also controls CPU memory reservation on the CPU backend, despite its name).',
      'See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details.',
    ].join(' ')
    return engineCore(facts, [...kvFrame(1010), message])
  },
  context: (facts) =>
    apiServer([
      ...frame('vllm/engine/arg_utils.py', 1618, 'create_model_config', 'return ModelConfig('),
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig',
      `  Value error, User-specified max_model_len (${facts.maxModelLen}) is greater than the derived max_model_len (max_position_embeddings=${fitting(facts)} or model_max_length=None in model's config.json). To allow overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN=1.`,
    ]),
  gated: ({ model }) => {
    const page = `https://huggingface.co/${model}`
    const refused = [
      '401 Client Error. (Request ID: Root=1-00000000-000000000000000000000000)',
      '',
      `Cannot access gated repo for url ${page}/resolve/main/config.json.`,
      `Access to model ${model} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
    ]
    const [first = '', ...others] = refused
    return apiServer([
      ...hubFrame(892),
      `huggingface_hub.errors.GatedRepoError: ${first}`,
      ...others,
      '',
      'The above exception was the direct cause of the following exception:',
      '',
      'Traceback (most recent call last):',
      ...frame('transformers/utils/hub.py', 610, 'cached_files', 'raise OSError('),
      'OSError: You are trying to access a gated repo.',
      `Make sure to have access to it at ${page}.`,
      ...refused,
    ])
  },
  token: () =>
    apiServer([
      ...frame('h11/_headers.py', 161, 'normalize_and_validate', 'raise LocalProtocolError('),
      "httpx.LocalProtocolError: Illegal header value b'Bearer hf_simulated\\n'",
    ]),
  'no-path': ({ model }) =>
    apiServer([
      ...frame('huggingface_hub/utils/_validators.py', 155, 'validate_repo_id', 'raise HFValidationError('),
      `huggingface_hub.errors.HFValidationError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': '/models/${model}'. Use \`repo_type\` argument if needed.`,
    ]),
  'not-found': ({ model }) =>
    apiServer([
      ...hubFrame(953),
      'huggingface_hub.errors.RepositoryNotFoundError: 404 Client Error. (Request ID: Root=1-00000000-000000000000000000000000)',
      '',
      `Repository Not Found for url: https://huggingface.co/${model}/resolve/main/config.json.`,
      'Please make sure you specified the correct `repo_id` and `repo_type`.',
      'If you are trying to access a private or gated repo, make sure you are authenticated and your token has the required permissions.',
      'For more details, see https://huggingface.co/docs/huggingface_hub/authentication',
    ]),
  throttled: ({ model }) =>
    apiServer([
      ...hubFrame(984),
      "huggingface_hub.errors.HfHubHTTPError: 429 Too Many Requests: you have reached your 'resolvers' rate limit.",
      'Retry after 212 seconds (0/3000 requests remaining in current 300s window).',
      `Url: https://huggingface.co/${model}/resolve/main/config.json.`,
    ]),
  flag: ({ flag = '--no-such-flag' }) => [USAGE_LINE, `vllm: error: unrecognized arguments: ${flag}`],
  'flag-value': () => [
    USAGE_LINE,
    "vllm serve: error: argument --dtype: invalid choice: 'int3' (choose from auto, bfloat16, float, float16, float32, half)",
  ],
  'no-gpu': () =>
    apiServer([
      ...frame('vllm/platforms/__init__.py', 271, 'resolve_current_platform_cls_qualname', 'raise RuntimeError('),
      'ImportError: libcuda.so.1: cannot open shared object file: No such file or directory',
    ]),
  bfloat16: (facts) =>
    engineCore(facts, [
      ...frame('vllm/platforms/cuda.py', 452, 'check_if_supports_dtype', 'raise ValueError('),
      'ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0. Your Tesla T4 GPU has compute capability 7.5. You can use float16 instead by explicitly setting the `dtype` flag in CLI, for example: --dtype=half.',
    ]),
  driver: (facts) =>
    engineCore(facts, [
      ...frame('torch/cuda/__init__.py', 412, '_lazy_init', 'torch._C._cuda_init()'),
      'RuntimeError: The NVIDIA driver on your system is too old (found version 12040). Please update your GPU driver by downloading and installing a new version from the URL: http://www.nvidia.com/Download/index.aspx Alternatively, go to: https://pytorch.org to install a PyTorch version that has been compiled with your version of the CUDA driver.',
    ]),
  architecture: () =>
    apiServer([
      ...frame('vllm/model_executor/models/registry.py', 1190, '_raise_for_unsupported', 'raise ValueError('),
      "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig\n  Value error, Model architectures ['SandboxForCausalLM'] are not supported for now.",
    ]),
  crash: (facts) =>
    engineCore(facts, [
      ...frame('vllm/v1/worker/gpu/model_runner.py', 655, 'profile_run', 'self._dummy_run(self.max_num_tokens)'),
      'RuntimeError: The sandbox was told to stop the engine here.',
    ]),
}

/** An error in the engine core is logged there; the API server then says that the core failed. */
function engineCore(facts: FailureFacts, trace: readonly string[]): string[] {
  const at = facts.at ?? new Date()
  const start = frame(
    'vllm/v1/engine/core.py',
    1463,
    'run_engine_core',
    'engine_core = EngineCoreProc(*args, **kwargs)',
  )
  const lines = ['EngineCore failed to start.', 'Traceback (most recent call last):', ...start, ...trace]
  return [
    ...lines.map((text) => lineOf('EngineCore', 'ERROR', at, 'core.py:1510', text)),
    ...apiServer([
      ...frame('vllm/v1/engine/utils.py', 1431, 'wait_for_engine_startup', 'raise RuntimeError('),
      'RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}',
    ]),
  ]
}

function apiServer(trace: readonly string[]): string[] {
  const lines = ['Traceback (most recent call last):', ...trace].flatMap((text) => text.split('\n'))
  return lines.map((text) => rawLine('APIServer', text))
}

function frame(file: string, line: number, name: string, source: string): string[] {
  return [`  File "${SITE}/${file}", line ${line}, in ${name}`, `    ${source}`]
}

function kvFrame(line: number): string[] {
  return frame('vllm/v1/core/kv_cache_utils.py', line, '_check_enough_kv_cache_memory', 'raise ValueError(')
}

function hubFrame(line: number): string[] {
  const raised = 'raise _format(error, message, response) from e'
  return frame('huggingface_hub/utils/_http.py', line, 'hf_raise_for_status', raised)
}

function fitting({ fits, maxModelLen }: FailureFacts): number {
  return fits ?? Math.max(16, Math.floor(maxModelLen / 32) * 16)
}
