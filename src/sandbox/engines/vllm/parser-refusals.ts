/** Values that vLLM's parser refuses, in argparse's words: it ends with 2. */
import type { EngineFlag, FlagTable } from '#core/catalog/schema.ts'
import { isJson } from '#core/is-json.ts'

/** These are read as JSON. */
const JSON_FLAGS = ['compilation-config', 'limit-mm-per-prompt', 'speculative-config']

export function parserRefusal(flags: ReadonlyMap<string, string>, table: FlagTable): string | undefined {
  for (const [name, value] of flags) {
    if (name.includes('.')) continue
    const row = table.flags[name]
    const [main, flag] = row?.kind === 'alias' ? [row.of, table.flags[row.of]] : [name, row]
    const says = flag === undefined ? undefined : valueRefusal(main, value, flag)
    if (says !== undefined) return `vllm serve: error: argument ${spelled(main, flag, table)}: ${says}`
  }
  return undefined
}

/** `--enforce-eager/--no-enforce-eager`; and every long name that it has besides. */
function spelled(main: string, flag: EngineFlag | undefined, { flags }: FlagTable): string {
  const others = Object.entries(flags).flatMap(([name, row]) => (row.kind === 'alias' && row.of === main ? [name] : []))
  const names = [main, ...others, ...(flag?.kind === 'switch' ? [`no-${main}`] : [])]
  return names.map((name) => `--${name}`).join('/')
}

function valueRefusal(name: string, value: string, flag: EngineFlag): string | undefined {
  switch (flag.kind) {
    case 'integer':
      return /^\s*[+-]?\d+\s*$/.test(value) ? undefined : `invalid int value: '${value}'`
    case 'number':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : `invalid float value: '${value}'`
    case 'choice':
      return flag.choices.includes(value)
        ? undefined
        : `invalid choice: '${value}' (choose from ${flag.choices.join(', ')})`
    case 'switch':
    case 'flag':
      return value === '' ? undefined : `ignored explicit argument '${value}'`
    case 'text':
      return textRefusal(name, value)
    default:
      return undefined
  }
}

function textRefusal(name: string, value: string): string | undefined {
  if (name === 'max-model-len' && readLength(value) === undefined)
    return `invalid human_readable_int_or_auto value: '${value}'`
  if (JSON_FLAGS.includes(name) && !isJson(value)) return `Value ${value} cannot be converted to <function loads>.`
  return undefined
}

/** 8192, 8k (thousand), 8K (1024), -1, auto, which is -1. Source: vllm/utils/argparse_utils.py. */
export function readLength(value: string): number | undefined {
  if (value === 'auto') return -1
  const [, digits, unit = ''] = /^(-?\d+(?:\.\d+)?)([kKmMgG]?)$/.exec(value) ?? []
  const factor = { '': 1, k: 1e3, K: 2 ** 10, m: 1e6, M: 2 ** 20, g: 1e9, G: 2 ** 30 }[unit]
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor
}
