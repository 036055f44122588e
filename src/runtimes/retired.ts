/** Flags that an engine had once, and what became of each. What no engine does otherwise. */
import type { Advice } from '#core/advice.ts'
import type { FlagTable } from '#core/catalog/schema.ts'
import type { EngineArgs, UpToDate } from '#core/plan/engine.ts'
import type { Scalar } from '#core/workspace/spec.ts'

export interface Retired {
  /** The first release without it. */
  goneIn: string
  now:
    | { is: 'without-effect'; because: string /** With this value it would have one. */; unless?: Scalar }
    /** `value`: as the successor takes it; undefined: it has none for this one. */
    | { is: 'renamed'; to: string; value?: (given: Scalar) => Scalar | undefined }
    | { is: 'refused' }
  /** Where it is refused. */
  instead?: Advice
}

export type RetiredFlags = Readonly<Record<string, Retired>>

/** The same flags as this version has them; what it has itself stays as it is. */
export function upToDate({ flags }: FlagTable, args: EngineArgs, retired: RetiredFlags): UpToDate {
  const found: UpToDate = { args: {}, told: [] }
  for (const [flag, value] of Object.entries(args)) {
    const row = flags[flag] === undefined && Object.hasOwn(retired, flag) ? retired[flag] : undefined
    if (row === undefined || !replace(flag, value, row, args, found)) found.args[flag] = value
  }
  return found
}

/** False: it is left as it is, and refused for it. */
function replace(flag: string, value: Scalar, { goneIn, now }: Retired, args: EngineArgs, found: UpToDate): boolean {
  if (now.is === 'refused') return false
  if (now.is === 'without-effect') {
    if (String(now.unless) === String(value)) return false
    found.told.push({ flag, says: `--${flag} is left out: it was removed in ${goneIn}, and ${now.because}` })
    return true
  }
  const taken = now.value === undefined ? value : now.value(value)
  if (taken === undefined || args[now.to] !== undefined) return false
  found.args[now.to] = taken
  found.told.push({ flag, says: `--${flag} was removed in ${goneIn}: ${written(now.to, taken)} is set instead` })
  return true
}

/** Since when it is gone, and what to do about it. */
export function adviceOn(flag: string, retired: RetiredFlags): { goneIn: string; instead: Advice } | undefined {
  const row = Object.hasOwn(retired, flag) ? retired[flag] : undefined
  if (row === undefined) return undefined
  const { goneIn, now, instead = now.is === 'renamed' ? `Use --${now.to}.` : 'Remove it.' } = row
  return { goneIn, instead }
}

function written(flag: string, value: Scalar): string {
  return value === true ? `--${flag}` : `--${flag}=${value}`
}
