/** The user's flags, as far as sizing depends on them. Defaults are those of vLLM 0.32. */
import { type Advice, advice, engineArg } from '#core/advice.ts'
import type { ModelPreset } from '#core/catalog/schema.ts'
import { KaitoError } from '#core/errors.ts'
import { compareVersions } from '#core/placement/choose-image.ts'
import type { EngineArgs } from '#core/plan/engine.ts'
import type { EngineSettings, GpuShape } from '#core/sizing/types.ts'
import type { Scalar } from '#core/workspace/spec.ts'

/** Share of the visible memory that vLLM takes (docs/figures.md, engine defaults; 0.90 before 0.3x). */
const DEFAULT_UTILIZATION = 0.92
const DEFAULT_LORA_RANK = 16

const SHORT = new Map([
  ['tp', 'tensor-parallel-size'],
  ['pp', 'pipeline-parallel-size'],
  ['dp', 'data-parallel-size'],
])

/** Up to 24 GB the defaults die in the sampler, or under load (docs/figures.md, GPU memory). */
const SMALL_GIB = 24
const ON_SMALL = { gpuMemoryUtilization: 0.9, maxNumSeqs: 64 }

/** The oldest whose `--max-model-len=auto` was read (docs/figures.md, engine defaults). */
const AUTO_LENGTH_SINCE = '0.32.0'

/** With LongRoPE `auto` begins at the length that the model was trained with: a fraction of what it serves. */
export function choosesLength({ trainedContext }: ModelPreset, version: string): boolean {
  return trainedContext === undefined && compareVersions(version, AUTO_LENGTH_SINCE) >= 0
}

export function settleOn({ visibleGiB }: GpuShape, settings: EngineSettings): EngineSettings {
  if (visibleGiB > SMALL_GIB) return settings
  const { gpuMemoryUtilization, isDefaultShare, maxNumSeqs = ON_SMALL.maxNumSeqs } = settings
  const share = isDefaultShare === true ? ON_SMALL.gpuMemoryUtilization : gpuMemoryUtilization
  return { ...settings, gpuMemoryUtilization: share, maxNumSeqs }
}

/** As vLLM's help spells it: no leading dashes, no underscores, the long form. */
export function flagName(name: string): string {
  const bare = name.replace(/^-+/, '').replaceAll('_', '-')
  return SHORT.get(bare) ?? bare
}

export function readSettings(args: EngineArgs): EngineSettings {
  for (const flag of [
    'pipeline-parallel-size',
    'data-parallel-size',
    'decode-context-parallel-size',
    'prefill-context-parallel-size',
  ]) {
    if ((readCount(args, flag) ?? 1) > 1)
      throw refused(
        flag,
        `--${flag} above 1 is not supported yet.`,
        'Raise replicas instead, or choose a GPU that holds the model.',
      )
  }
  return {
    gpuMemoryUtilization: readUtilization(args),
    ...(args['gpu-memory-utilization'] === undefined ? { isDefaultShare: true } : {}),
    tensorParallelSize: readCount(args, 'tensor-parallel-size'),
    maxModelLen: readLength(args, 'max-model-len'),
    maxNumSeqs: readCount(args, 'max-num-seqs'),
    maxNumBatchedTokens: readTokens(args, 'max-num-batched-tokens'),
    kvBytes: kvBytesOf(String(args['kv-cache-dtype'] ?? 'auto')),
    dtype: readDtype(args.dtype),
    isEager: args['enforce-eager'] === true || args['enforce-eager'] === 'true',
    adapters: args['enable-lora'] === true ? 1 : 0,
    maxLoras: readCount(args, 'max-loras'),
    maxLoraRank: readCount(args, 'max-lora-rank') ?? DEFAULT_LORA_RANK,
    servedName: args['served-model-name'] === undefined ? undefined : String(args['served-model-name']),
  }
}

/** What is not known counts as two bytes: rather too much memory than a crash loop. */
function kvBytesOf(dtype: string): number {
  return /^(fp8|int8)/.test(dtype) ? 1 : 2
}

/** A number of tokens as vLLM takes it: 8192, 8k (thousand), 8K (1024). `auto` and -1 ask for the largest that fits. */
function readLength(args: EngineArgs, flag: string): number | undefined {
  const value = args[flag]
  if (value === undefined || value === 'auto' || value === -1 || value === '-1') return undefined
  const match = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(String(value))
  const factor = { '': 1, k: 1_000, K: 1_024, m: 1_000_000, M: 1_048_576 }[match?.[2] ?? '']
  const tokens = Number(match?.[1]) * (factor ?? Number.NaN)
  if (Number.isInteger(tokens) && tokens > 0) return tokens
  throw refused(flag, `${flag} "${value}" is not a number of tokens.`, 'For example 8192, 32K or auto.')
}

function readTokens(args: EngineArgs, flag: string): number | undefined {
  return /[kKmM]$/.test(String(args[flag] ?? '')) ? readLength(args, flag) : readCount(args, flag)
}

function readCount(args: EngineArgs, flag: string): number | undefined {
  if (args[flag] === undefined) return undefined
  const count = Number(args[flag])
  if (Number.isInteger(count) && count > 0 && args[flag] !== true) return count
  throw refused(
    flag,
    `${flag} "${args[flag]}" is not a whole number above 0.`,
    advice`For example ${engineArg(flag, 1)}`,
  )
}

function readUtilization(args: EngineArgs): number {
  const given = args['gpu-memory-utilization']
  if (given === undefined) return DEFAULT_UTILIZATION
  const share = Number(given)
  if (share > 0 && share <= 1 && given !== true) return share
  throw refused(
    'gpu-memory-utilization',
    `gpu-memory-utilization "${given}" is not a fraction of the memory.`,
    'A number above 0 and up to 1, for example 0.9.',
  )
}

function readDtype(value: Scalar | undefined): EngineSettings['dtype'] {
  if (value === undefined || value === 'auto') return undefined
  if (value === 'bfloat16') return 'bfloat16'
  if (value === 'float16' || value === 'half') return 'float16'
  throw refused('dtype', `dtype "${value}" is not supported.`, 'Use auto, bfloat16 or float16.')
}

function refused(flag: string, message: string, hint: Advice): KaitoError {
  return new KaitoError({ code: 'USAGE', phase: 'plan', message, hint, input: { flag } })
}
