/** Flags that people give, against a table of those that an engine has. What no engine does otherwise. */
import type { EngineFlag, FlagRange, FlagTable } from '#core/catalog/schema.ts'
import { closest } from '#core/closest.ts'
import type { EngineArgs, FlagAnswer, FlagProblem } from '#core/plan/engine.ts'
import type { Scalar } from '#core/workspace/spec.ts'
import { adviceOn, type RetiredFlags } from './retired.ts'

/** @param settled what kaito sets itself, because other objects depend on it, and what to do instead. */
export function checkAgainst(
  { flags }: FlagTable,
  args: EngineArgs,
  settled: Readonly<Record<string, Settled>>,
  retired: RetiredFlags = {},
): FlagAnswer {
  // A flag may be called like what every object of JavaScript has: constructor, toString.
  const [ours, table] = [new Map(Object.entries(settled)), new Map(Object.entries(flags))]
  return {
    settled: Object.keys(args).flatMap((flag) => {
      const own = ours.get(flag)
      return own === undefined ? [] : [{ flag, ...settledBy(flag, own) }]
    }),
    wrong: Object.entries(args).flatMap(([flag, value]) => {
      const wrong = ours.has(flag) ? undefined : problemOf(flag, value, table, retired)
      return wrong === undefined ? [] : [{ flag, ...wrong }]
    }),
  }
}

function settledBy(flag: string, { says, ...more }: Settled): Settled {
  return { says: `--${flag} cannot be set: ${says}`, ...more }
}

export type Settled = Omit<FlagProblem, 'flag'>

function problemOf(
  name: string,
  value: Scalar,
  flags: ReadonlyMap<string, EngineFlag>,
  retired: RetiredFlags,
): Settled | undefined {
  const negated = !flags.has(name) && name.startsWith('no-') ? flags.get(name.slice(3)) : undefined
  // `--compilation-config.mode=3` sets one key of a flag that takes JSON.
  const flag = negated ?? flags.get(name) ?? flags.get(name.split('.')[0] ?? '')
  if (flag === undefined) {
    const old = adviceOn(name, retired)
    if (old !== undefined) return { says: `--${name} was removed in ${old.goneIn}`, hint: old.instead }
    const near = closest(name, [...flags.keys()], 3).map((other) => `--${other}`)
    return {
      says: `unknown flag --${name}`,
      ...(near.length === 0 ? {} : { hint: `Did you mean ${near.join(', ')}?` }),
    }
  }
  if (name.includes('.')) return undefined
  const meant = flag.kind === 'alias' ? (flags.get(flag.of) ?? flag) : flag
  const says = valueProblem(name, value, meant)
  return says === undefined ? undefined : { says: `--${name} ${says}` }
}

/** `above 0 and up to 1`; undefined: the number lies there. */
function outside(value: number, { gt, ge, lt, le }: FlagRange): string | undefined {
  const isIn =
    value > (gt ?? -Infinity) && value >= (ge ?? -Infinity) && value < (lt ?? Infinity) && value <= (le ?? Infinity)
  if (isIn) return undefined
  const words = [
    ...(gt === undefined ? [] : [`above ${gt}`]),
    ...(ge === undefined ? [] : [`from ${ge}`]),
    ...(lt === undefined ? [] : [`below ${lt}`]),
    ...(le === undefined ? [] : [`up to ${le}`]),
  ]
  return words.join(' and ')
}

function valueProblem(name: string, value: Scalar, flag: EngineFlag): string | undefined {
  const isBare = value === true || value === false
  switch (flag.kind) {
    case 'switch':
      return isBare ? undefined : `takes no value: pass it alone, or --no-${name}`
    case 'flag':
      return value === true ? undefined : 'takes no value: pass it alone, or leave it out'
    case 'integer':
      return numberProblem('a whole number', value, !isBare && Number.isInteger(Number(value)), flag.range)
    case 'number':
      return numberProblem('a number', value, !isBare && Number.isFinite(Number(value)), flag.range)
    case 'choice':
      return flag.choices.includes(String(value))
        ? undefined
        : `takes one of ${flag.choices.join(', ')}, not "${value}"`
    default:
      return isBare ? 'needs a value' : undefined
  }
}

function numberProblem(what: string, value: Scalar, isOne: boolean, range: FlagRange | undefined): string | undefined {
  if (!isOne || value === '') return `takes ${what}, not "${value}"`
  const where = range === undefined ? undefined : outside(Number(value), range)
  return where === undefined ? undefined : `takes ${what} ${where}, not "${value}"`
}
