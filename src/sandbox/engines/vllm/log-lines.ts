/** What vLLM 0.32 writes while it starts: the lines of its phases, with numbers that fit each other. */
import type { Ending } from '../../ending.ts'
import type { Launch, Line } from '../engine.ts'
import { failureLog } from './failure-lines.ts'
import { type LogProcess, lineOf } from './log-format.ts'

/** A start, cut short where it ends badly; what ended it has the last word. */
export function logOf(launch: Launch, at: (share: number) => Date, ending?: Ending): Line[] {
  const { model, servedNames, maxModelLen } = launch
  const { after, by } = ending ?? { after: 1 }
  const lines = startupLog({ ...launch, servedName: servedNames[0] ?? model }, at)
    .filter(({ afterShare }) => afterShare <= after)
    .map(({ afterShare, line }) => ({ at: at(afterShare), text: line }))
  const last = by === undefined ? [] : failureLog(by, { model, maxModelLen, at: at(after) })
  return [...lines, ...last.map((text) => ({ at: at(after), text }))]
}

export interface StartupFacts {
  model: string
  servedName: string
  version: string
  maxModelLen: number
  /** The length was left to it, and would have been this. */
  autoFrom?: number
  weightsGib: number
  gpus: number
}

export interface LogLine {
  /** When it appears, as a share of the start time: 0 to 1. */
  afterShare: number
  line: string
}

/** What the driver shows of common GPUs, GiB: T4, A10, L40S, A100, H200. */
const GPUS_GIB = [14.56, 22.03, 44.39, 79.25, 139.72]
const UTILISATION = 0.92
const ACTIVATION_GIB = 1.24
const GRAPHS_GIB = 0.42
/** KV cache of one token, over all GPUs: that of an 8B model with grouped heads. */
const KV_BYTES = 131_072
const GIB = 1_073_741_824
const SHARD_GIB = 4.6

/** The lines of a start that succeeds. `at` gives each line its time; without it all carry the time of the call. */
export function startupLog(facts: StartupFacts, at: (afterShare: number) => Date = () => new Date()): LogLine[] {
  const { model, servedName, version, maxModelLen, autoFrom, weightsGib, gpus } = facts
  const memory = memoryOf(facts)
  const worker: LogProcess = gpus > 1 ? 'Worker_TP0' : 'EngineCore'
  const lines: LogLine[] = []
  const add = (afterShare: number, from: LogProcess, source: string, text: string): void => {
    lines.push({ afterShare, line: lineOf(from, 'INFO', at(afterShare), source, text) })
  }
  const bare = (afterShare: number, line: string): void => {
    lines.push({ afterShare, line })
  }
  const args = [
    `'model_tag': '${model}'`,
    `'model': '${model}'`,
    `'max_model_len': ${autoFrom === undefined ? maxModelLen : -1}`,
    `'served_model_name': ['${servedName}']`,
    ...(gpus > 1 ? [`'tensor_parallel_size': ${gpus}`] : []),
  ]
  const config = [
    `model='${model}'`,
    'speculative_config=None',
    `tokenizer='${model}'`,
    'dtype=torch.bfloat16',
    `max_seq_len=${autoFrom ?? maxModelLen}`,
    'load_format=auto',
    `tensor_parallel_size=${gpus}`,
    'pipeline_parallel_size=1',
    'data_parallel_size=1',
    'enforce_eager=False',
    'kv_cache_dtype=auto',
    'device_config=cuda',
    'seed=0',
    `served_model_name=${servedName}`,
  ]

  bare(0, "kaito's sandbox: no engine runs here. The lines below are simulated, after those of vLLM.")
  add(0.03, 'APIServer', 'api_utils.py:347', `version ${version}, model ${model}`)
  add(0.03, 'APIServer', 'api_utils.py:286', `non-default args: {${args.join(', ')}}`)
  add(0.06, 'APIServer', 'model.py:733', 'Resolved architecture: LlamaForCausalLM')
  add(0.06, 'APIServer', 'model.py:2152', `Using max model len ${autoFrom ?? maxModelLen}`)
  add(0.07, 'APIServer', 'scheduler.py:308', 'Chunked prefill is enabled with max_num_batched_tokens=8192.')
  add(0.12, 'EngineCore', 'core.py:133', `Initializing a V1 LLM engine (v${version}) with config: ${config.join(', ')}`)
  add(0.16, worker, 'model_runner.py:372', `Starting to load model ${model}...`)
  const download = `Time spent downloading weights for ${model}: ${(weightsGib * 3.2).toFixed(6)} seconds`
  add(0.45, worker, 'weight_utils.py:532', download)
  const shards = Math.max(1, Math.ceil(weightsGib / SHARD_GIB))
  for (const done of new Set([0, Math.ceil(shards / 2), shards])) {
    const percent = String(Math.floor((100 * done) / shards)).padStart(3)
    const progress = `${percent}% Completed | ${done}/${shards}`
    bare(0.46 + (0.1 * done) / shards, `Loading safetensors checkpoint shards: ${progress}`)
  }
  add(0.57, worker, 'default_loader.py:501', `Loading weights took ${(weightsGib * 0.4).toFixed(2)} seconds`)
  const loaded = `Model loading took ${gib(memory.weights)} GiB memory and ${(weightsGib * 3.7).toFixed(6)} seconds`
  add(0.58, worker, 'model_runner.py:424', loaded)
  const cache = '/home/vllm/.cache/vllm/torch_compile_cache/5b1f0a7c3e/rank_0_0/backbone'
  add(0.62, worker, 'backends.py:1104', `Using cache directory: ${cache} for vLLM's torch.compile`)
  add(0.65, worker, 'backends.py:1166', 'Dynamo bytecode transform time: 4.81 s')
  add(0.76, worker, 'backends.py:398', 'Compiling a graph for compile range (1, 8192) takes 14.36 s')
  add(0.77, worker, 'monitor.py:60', 'torch.compile took 21.07 s in total')
  add(0.79, worker, 'monitor.py:91', 'Initial profiling/warmup run took 1.12 s')
  add(
    0.8,
    worker,
    'gpu_model_runner.py:6369',
    'Profiling CUDA graph memory: PIECEWISE=51 (largest=512), FULL=35 (largest=256)',
  )
  add(0.83, worker, 'gpu_model_runner.py:6474', `Estimated CUDA graph memory: ${GRAPHS_GIB.toFixed(2)} GiB total`)
  add(0.84, worker, 'gpu_worker.py:759', `Available KV cache memory: ${gib(memory.kv)} GiB`)
  if (autoFrom !== undefined) add(0.845, 'EngineCore', 'kv_cache_utils.py:1998', autoFit(autoFrom, maxModelLen, memory))
  const size = `GPU KV cache size: ${grouped(memory.kvTokens)} tokens`
  const most = `Maximum concurrency for ${grouped(maxModelLen)} tokens per request: ${memory.concurrency.toFixed(2)}x`
  add(0.85, 'EngineCore', 'kv_cache_utils.py:2327', `${size}, ${most}`)
  bare(0.87, 'Capturing CUDA graphs (mixed prefill-decode, PIECEWISE): 100% 51/51')
  bare(0.92, 'Capturing CUDA graphs (decode, FULL): 100% 35/35')
  const graphs = `Graph capturing finished in 9 secs, took ${GRAPHS_GIB.toFixed(2)} GiB`
  add(0.93, worker, 'model_runner.py:1127', graphs)
  add(0.94, worker, 'gpu_worker.py:1034', memoryReport(memory))
  const init = 'init engine (profile, create kv cache, warmup model) took 41.50 s (compilation: 21.07 s)'
  add(0.95, 'EngineCore', 'core.py:395', init)
  add(0.97, 'APIServer', 'entry.py:136', "Supported tasks: ['generate']")
  add(0.98, 'APIServer', 'entry.py:140', 'Starting vLLM server on http://0.0.0.0:8000')
  bare(0.99, 'INFO:     Started server process [1]')
  bare(0.99, 'INFO:     Waiting for application startup.')
  bare(1, 'INFO:     Application startup complete.')
  return lines
}

interface Memory {
  total: number
  weights: number
  kv: number
  kvTokens: number
  concurrency: number
}

function autoFit(from: number, to: number, { kv }: Memory): string {
  if (to >= from) return `Auto-fit max_model_len: full model context length ${from} fits in available GPU memory`
  return `Auto-fit max_model_len: reduced from ${from} to ${to} to fit in available GPU memory (${gib(kv)} GiB available for KV cache)`
}

/** The smallest GPU that holds the weights and one request, and what is left of it. GiB per GPU. */
function memoryOf({ weightsGib, gpus, maxModelLen }: StartupFacts): Memory {
  const weights = weightsGib / gpus
  const left = (total: number) => total * UTILISATION - weights - ACTIVATION_GIB - GRAPHS_GIB
  const need = (maxModelLen * KV_BYTES) / GIB / gpus
  const total = GPUS_GIB.find((size) => left(size) >= need) ?? (need + weights + ACTIVATION_GIB + GRAPHS_GIB) * 1.2
  const kv = left(total)
  const concurrency = (kv * gpus * GIB) / KV_BYTES / maxModelLen
  return { total, weights, kv, concurrency, kvTokens: Math.floor(concurrency * maxModelLen) }
}

/** The one line that names every part of the GPU's memory. */
function memoryReport({ total, weights, kv }: Memory): string {
  const option = (size: number) => `\`--kv-cache-memory=${Math.floor(size * GIB)}\` (${gib(size)} GiB)`
  return [
    `Free memory on device (${gib(total - 0.38)}/${gib(total)} GiB) on startup.`,
    `Desired GPU memory utilization is (${UTILISATION}, ${gib(total * UTILISATION)} GiB).`,
    `Actual usage is ${gib(weights)} GiB for consumed memory (weights + non-torch),`,
    `${gib(ACTIVATION_GIB)} GiB for peak activation, and ${gib(GRAPHS_GIB)} GiB for CUDAGraph memory.`,
    `Replace gpu_memory_utilization config with ${option(kv)} to fit into requested memory,`,
    `or ${option(kv + total * (1 - UTILISATION) - 0.38)} to fully utilize gpu memory.`,
    `Current kv cache memory in use is ${gib(kv)} GiB.`,
  ].join(' ')
}

/** Two decimals at most, as Python's round() prints them. */
function gib(size: number): string {
  const rounded = Math.round(size * 100) / 100
  return Number.isInteger(rounded) ? rounded.toFixed(1) : String(rounded)
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
