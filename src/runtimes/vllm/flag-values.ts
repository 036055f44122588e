/** Values that vLLM's parser takes, and that do not come to what is meant by them. */
import type { FlagTable } from '#core/catalog/schema.ts'
import { closest } from '#core/closest.ts'
import { isJson } from '#core/is-json.ts'
import type { EngineArgs, FlagAnswer, FlagProblem } from '#core/plan/engine.ts'
import type { Scalar } from '#core/workspace/spec.ts'

/** What the parser refuses is told alone. */
export function withValues(answer: FlagAnswer, args: EngineArgs, table: FlagTable): FlagAnswer {
  const told = new Set([...answer.settled, ...answer.wrong].map(({ flag }) => flag))
  const found = [...blankName(args), ...lacking(args), ...unknownNames(args, table), ...apart(args), ...noJson(args)]
  return { ...answer, wrong: [...answer.wrong, ...found.filter(({ flag }) => !told.has(flag))] }
}

function blankName(args: EngineArgs): FlagProblem[] {
  const name = args['served-model-name']
  if (name === undefined || /^\S+$/.test(String(name))) return []
  return [
    {
      flag: 'served-model-name',
      says: `--served-model-name is one name, and "${name}" has a blank in it: clients would have to send it so`,
      hint: 'Use one name without blanks; kaito serves a model under one name.',
    },
  ]
}

/** What brings others than the engine has, and without which flag the name is not looked up. */
const BROUGHT: Readonly<Record<string, { by?: string; usedBy?: string }>> = {
  'reasoning-parser': { by: 'reasoning-parser-plugin' },
  'tool-call-parser': { by: 'tool-parser-plugin', usedBy: 'enable-auto-tool-choice' },
}

function unknownNames(args: EngineArgs, { flags }: FlagTable): FlagProblem[] {
  return Object.entries(args).flatMap(([flag, value]) => {
    const row = flags[flag]
    const { by, usedBy } = BROUGHT[flag] ?? {}
    const isLookedUp = (by === undefined || args[by] === undefined) && (usedBy === undefined || args[usedBy] === true)
    if (row?.kind !== 'text' || row.names === undefined || !isLookedUp) return []
    return unknownName(flag, String(value), row.names)
  })
}

function unknownName(flag: string, value: string, names: readonly string[]): FlagProblem[] {
  if (names.includes(value) || (flag === 'quantization' && names.includes(value.toLowerCase()))) return []
  const near = closest(value, names, 3)
  const hint = near.length === 0 ? `It knows: ${names.join(', ')}.` : `Did you mean ${near.join(', ')}?`
  return [{ flag, says: `--${flag} knows no "${value}"`, hint }]
}

/** Source: vllm/entrypoints/launchers/cli_args.py, validate_parsed_serve_args. */
const NEEDS = [
  ['enable-auto-tool-choice', 'tool-call-parser'],
  ['enable-log-outputs', 'enable-log-requests'],
] as const

function lacking(args: EngineArgs): FlagProblem[] {
  return NEEDS.filter(([flag, needed]) => args[flag] === true && args[needed] === undefined).map(([flag, needed]) => ({
    flag,
    says: `--${flag} needs --${needed}`,
    hint: `Set --${needed} as well, or leave --${flag} out.`,
  }))
}

/** Source: vllm/config/scheduler.py, verify_max_model_len. */
function apart(args: EngineArgs): FlagProblem[] {
  const flag = 'max-num-batched-tokens'
  const tokens = count(args[flag])
  const isWhole = args['no-enable-chunked-prefill'] === true || args['enable-chunked-prefill'] === false
  const least = [
    { of: 'max-num-seqs', why: '' },
    ...(isWhole ? [{ of: 'max-model-len', why: ' without chunked prefill' }] : []),
  ]
  return least.flatMap(({ of, why }) => {
    const bound = count(args[of])
    if (tokens === undefined || bound === undefined || tokens >= bound) return []
    return [{ flag, says: `--${flag}=${tokens} must not be below --${of}=${bound}${why}` }]
  })
}

/** What is written otherwise than as a plain number is left to the engine. */
function count(value: Scalar | undefined): number | undefined {
  const isPlain = (typeof value === 'number' || typeof value === 'string') && /^\d+$/.test(String(value))
  return isPlain ? Number(value) : undefined
}

/** Source: vllm/engine/arg_utils.py; each is a map, or a number of which JSON makes one. */
const JSON_FLAGS = ['speculative-config', 'limit-mm-per-prompt', 'compilation-config', 'hf-overrides']

function noJson(args: EngineArgs): FlagProblem[] {
  return JSON_FLAGS.flatMap((flag) => {
    const value = args[flag]
    if (value === undefined || isJson(String(value))) return []
    return [{ flag, says: `--${flag} takes JSON, not "${value}"` }]
  })
}
