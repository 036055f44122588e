/** What vLLM refuses once its parser is done, in its own words: an error that nobody catches, with which Python ends with 1. */
import type { EngineFlag, FlagRange, FlagTable, ModelPreset } from '#core/catalog/schema.ts'
import { readLength } from './parser-refusals.ts'

export interface Started {
  flags: ReadonlyMap<string, string>
  table: FlagTable
  model: ModelPreset | undefined
  /** Where something is mounted, or the image has files of its own. */
  folders: readonly string[]
}

/** As the last lines of the trace. In the order in which vLLM looks. */
export function startRefusal(start: Started): string | undefined {
  return (
    serverRefusal(start) ?? modelRefusal(start) ?? rangeRefusal(start) ?? schedulerRefusal(start) ?? lastRefusal(start)
  )
}

/** Source: vllm/entrypoints/launchers/cli_args.py, and launcher.py beside it. */
function serverRefusal({ flags, table, folders }: Started): string | undefined {
  const template = flags.get('chat-template')
  const isPath = template?.startsWith('/') === true && !/[{}\n]/.test(template)
  if (isPath && !folders.some((folder) => template.startsWith(`${folder.replace(/\/$/, '')}/`)))
    return `vllm.exceptions.VLLMValidationError: The supplied chat template string (${template}) appears path-like, but doesn't exist! Tried: ${template} and ${template} (parameter=chat_template)`
  const parser = flags.get('tool-call-parser')
  const names = namesOf(table, 'tool-call-parser')
  if (flags.has('enable-auto-tool-choice') && parser === undefined)
    return 'TypeError: Error: --enable-auto-tool-choice requires --tool-call-parser'
  if (flags.has('enable-log-outputs') && !flags.has('enable-log-requests'))
    return 'TypeError: Error: --enable-log-outputs requires --enable-log-requests'
  if (
    flags.has('enable-auto-tool-choice') &&
    parser !== undefined &&
    !isName(parser, names, flags.get('tool-parser-plugin'))
  )
    return `KeyError: 'invalid tool call parser: ${parser} (chose from { ${names.join(',')} })'`
  return undefined
}

/** Source: vllm/config/model.py. */
function modelRefusal({ flags, table, model }: Started): string | undefined {
  const method = flags.get('quantization')
  const methods = namesOf(table, 'quantization')
  if (method !== undefined && !isName(method.toLowerCase(), methods, undefined))
    return valueError('ModelConfig', `Unknown quantization method: ${method}. Must be one of ${list(methods)}.`)
  const asked = flags.get('max-model-len')
  const length = asked === undefined ? undefined : readLength(asked)
  if (length === undefined || length === -1) return undefined
  if (length < -1) return outside('ModelConfig', 'max-model-len', `${length}`, 'int', { what: 'ge', bound: -1 })
  if (length === 0)
    return valueError(
      'ModelConfig',
      'max_model_len must be a positive integer, got int: 0. Example: max_model_len=2048',
    )
  if (model === undefined || length <= model.maxContext) return undefined
  const most = `max_position_embeddings=${model.maxContext} or model_max_length=None in model's config.json`
  const raised = 'To allow overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN=1.'
  return valueError(
    'ModelConfig',
    `User-specified max_model_len (${length}) is greater than the derived max_model_len (${most}). ${raised}`,
  )
}

/** Source: the fields of vllm/config; pydantic's words. */
function rangeRefusal({ flags, table }: Started): string | undefined {
  for (const [name, value] of flags) {
    const flag = table.flags[name]
    const range = rangeOf(flag)
    const broken = range === undefined ? undefined : brokenBound(Number(value), range)
    if (range === undefined || broken === undefined) continue
    const type = flag?.kind === 'number' ? 'float' : 'int'
    return outside(range.in, name, value, type, broken)
  }
  return undefined
}

function rangeOf(flag: EngineFlag | undefined): FlagRange | undefined {
  return flag?.kind === 'integer' || flag?.kind === 'number' ? flag.range : undefined
}

interface Broken {
  what: keyof typeof BOUNDS
  bound: number
}

const BOUNDS = {
  gt: ['greater than', 'greater_than'],
  ge: ['greater than or equal to', 'greater_than_equal'],
  lt: ['less than', 'less_than'],
  le: ['less than or equal to', 'less_than_equal'],
} as const

function brokenBound(value: number, { gt, ge, lt, le }: FlagRange): Broken | undefined {
  if (gt !== undefined && value <= gt) return { what: 'gt', bound: gt }
  if (ge !== undefined && value < ge) return { what: 'ge', bound: ge }
  if (lt !== undefined && value >= lt) return { what: 'lt', bound: lt }
  return le !== undefined && value > le ? { what: 'le', bound: le } : undefined
}

function outside(owner: string, flag: string, value: string, type: 'int' | 'float', { what, bound }: Broken): string {
  const [words, code] = BOUNDS[what]
  const shown = type === 'float' && Number.isInteger(Number(value)) ? Number(value).toFixed(1) : Number(value)
  return [
    `pydantic_core._pydantic_core.ValidationError: 1 validation error for ${owner}`,
    flag.replaceAll('-', '_'),
    `  Input should be ${words} ${bound} [type=${code}, input_value=${shown}, input_type=${type}]`,
    `    For further information visit https://errors.pydantic.dev/2.14/v/${code}`,
  ].join('\n')
}

/** Source: vllm/config/scheduler.py, verify_max_model_len. */
function schedulerRefusal({ flags, model }: Started): string | undefined {
  const [tokens, seqs] = [numberOf(flags, 'max-num-batched-tokens'), numberOf(flags, 'max-num-seqs')]
  const asked = readLength(flags.get('max-model-len') ?? '-1')
  const length = asked === -1 ? model?.maxContext : asked
  if (tokens !== undefined && length !== undefined && flags.has('no-enable-chunked-prefill') && tokens < length)
    return valueError(
      'SchedulerConfig',
      `max_num_batched_tokens (${tokens}) is smaller than max_model_len (${length}). This effectively limits the maximum sequence length to max_num_batched_tokens and makes vLLM reject longer sequences. Please increase max_num_batched_tokens or decrease max_model_len.`,
    )
  if (tokens !== undefined && seqs !== undefined && tokens < seqs)
    return valueError(
      'SchedulerConfig',
      `max_num_batched_tokens (${tokens}) must be greater than or equal to max_num_seqs (${seqs}).`,
    )
  return undefined
}

/** Source: vllm/reasoning/abs_reasoning_parsers.py; vllm/config/model.py, verify_with_parallel_config. */
function lastRefusal({ flags, table, model }: Started): string | undefined {
  const parser = flags.get('reasoning-parser')
  const names = namesOf(table, 'reasoning-parser')
  if (parser !== undefined && !isName(parser, names, flags.get('reasoning-parser-plugin')))
    return `KeyError: "Reasoning parser '${parser}' not found. Available parsers: ${names.join(', ')}"`
  const [gpus, heads] = [numberOf(flags, 'tensor-parallel-size'), model?.attention.heads]
  if (gpus === undefined || heads === undefined || heads % gpus === 0) return undefined
  return valueError(
    'VllmConfig',
    `Total number of attention heads (${heads}) must be divisible by tensor parallel size (${gpus}).`,
  )
}

function valueError(owner: string, words: string): string {
  return [
    `pydantic_core._pydantic_core.ValidationError: 1 validation error for ${owner}`,
    `  Value error, ${words} [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]`,
    '    For further information visit https://errors.pydantic.dev/2.14/v/value_error',
  ].join('\n')
}

function namesOf({ flags }: FlagTable, name: string): readonly string[] {
  const flag = flags[name]
  return flag?.kind === 'text' ? (flag.names ?? []) : []
}

/** A plugin may bring others. */
function isName(value: string, names: readonly string[], plugin: string | undefined): boolean {
  return names.length === 0 || plugin !== undefined || names.includes(value)
}

function list(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`
}

function numberOf(flags: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = flags.get(name)
  return value === undefined ? undefined : readLength(value)
}
