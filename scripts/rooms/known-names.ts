/** Names that stand where their rule does not allow it, beside the list of those that are excused. The list only shrinks. */
import type { NameRule } from './names.ts'
import type { Source } from './source.ts'

/** Rule → file below src → how often. */
export type Counts = Record<string, Record<string, number>>

export function countNames(sources: readonly Source[], rules: readonly NameRule[]): Counts {
  return filled(rules.map((rule) => [rule.name, countOf(sources, rule)]))
}

function countOf(sources: readonly Source[], { allowed, count }: NameRule): Record<string, number> {
  const strangers = sources.filter(({ path }) => !allowed.some((place) => path.startsWith(place)))
  return Object.fromEntries(strangers.map((source) => [source.path, count(source)] as const).filter(([, n]) => n > 0))
}

/** A sentence for each file that has more names than it is excused for, and for each excuse that nothing needs. */
export function namesTold(known: Counts, found: Counts, rules: readonly NameRule[]): string[] {
  return rules.flatMap(({ name, because }) => {
    const [before = {}, now = {}] = [known[name], found[name]]
    const files = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()
    return files.flatMap((file) => told(`${name}: src/${file}`, before[file] ?? 0, now[file] ?? 0, because))
  })
}

function told(where: string, known: number, found: number, because: string): string[] {
  const times = `${found} found, ${known} known`
  if (found > known) return [`${where}: ${times}. ${because}`]
  return found < known ? [`${where}: ${times}. Take the excuse out: npm run rooms -- --shrink`] : []
}

/** The smaller of the two everywhere. */
export function shrunk(known: Counts, found: Counts): Counts {
  const smaller = ([rule, files]: [string, Record<string, number>]): [string, Record<string, number>] => {
    const rows = Object.entries(files).map(([file, n]) => [file, Math.min(n, found[rule]?.[file] ?? 0)] as const)
    return [rule, Object.fromEntries(rows.filter(([, n]) => n > 0))]
  }
  return filled(Object.entries(known).map(smaller))
}

function filled(rows: [string, Record<string, number>][]): Counts {
  return Object.fromEntries(rows.filter(([, files]) => Object.keys(files).length > 0))
}
