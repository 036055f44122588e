/** How often each command asks, before and now, as a table for people. */
import { isTimed, type Sort, sortOf } from './request-name.ts'

/** Of one command: how often each request came. */
export type Counts = Readonly<Record<string, number>>

export function countsOf(names: readonly string[]): Counts {
  const counts: Record<string, number> = {}
  for (const name of names.filter((each) => !isTimed(each))) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

export function total(counts: Counts, sort?: Sort): number {
  return Object.entries(counts)
    .filter(([name]) => sort === undefined || sortOf(name) === sort)
    .reduce((sum, [, count]) => sum + count, 0)
}

const SORTS: Readonly<Record<Sort, string>> = {
  read: 'reads',
  watch: 'watches',
  'dry run': 'dry runs',
  review: 'reviews',
  write: 'writes',
  cloud: 'to the cloud',
}

export function tableOf(rows: readonly { command: string; before: Counts; now: Counts }[]): string {
  const sorts = [...(Object.keys(SORTS) as Sort[]), undefined]
  const cells = rows.map(({ command, before, now }) => [
    command,
    ...sorts.map((sort) => `${total(before, sort)} → ${total(now, sort)}`),
  ])
  const all = [['requests, before → now', ...Object.values(SORTS), 'all'], ...cells]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What has become more, for whoever looks for the reason. */
export function grown(before: Counts, now: Counts): string[] {
  return Object.entries(now)
    .filter(([name, count]) => count > (before[name] ?? 0))
    .map(([name, count]) => `${name}: ${before[name] ?? 0} → ${count}`)
}
