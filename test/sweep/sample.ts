/**
 * Which of many like cases a run goes through. All of them cost more than a commit can pay, so each commit takes its own
 * share, and `KAITO_SWEEP=all` (`npm run sweep`) takes the lot.
 */
import { execFileSync } from 'node:child_process'

export interface Sample<T> {
  cases: T[]
  /** To another commit. */
  left: T[]
  /** For the log: nothing is left out in silence. */
  says: string
}

/** Every `share`-th of `all`; where it begins is the commit's. */
export function sampleOf<T>(what: string, all: readonly T[], share: number, which = whichOfAll()): Sample<T> {
  if (which === 'all') return { cases: [...all], left: [], says: `${what}: all ${all.length}` }
  const first = Number(BigInt(`0x${which}`) % BigInt(share))
  const cases = all.filter((_, index) => index % share === first)
  const left = all.filter((_, index) => index % share !== first)
  const again = `the same again: KAITO_SWEEP=${which}; all: npm run sweep`
  return { cases, left, says: `${what}: ${cases.length} of ${all.length}, the share of commit ${which} (${again})` }
}

function whichOfAll(): string {
  const given = process.env['KAITO_SWEEP']
  if (given !== undefined && !/^(all|[0-9a-f]+)$/.test(given))
    throw new Error(`KAITO_SWEEP is "all" or a commit, not ${given}`)
  return given ?? execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim()
}
