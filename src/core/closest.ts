/** What somebody who mistyped may have meant. */
import { distance } from 'fastest-levenshtein'

/** The candidates that someone may have meant, best first: by edit distance, or because one holds the other. */
export function closest(wanted: string, candidates: readonly string[], limit: number): string[] {
  const text = lettersOf(wanted)
  return candidates
    .map((candidate) => ({ candidate, slips: slipsTo(text, lettersOf(candidate)) }))
    .filter(({ slips }) => slips <= Math.max(2, Math.ceil(text.length / 3)))
    .sort((a, b) => a.slips - b.slips || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

/** Dashes and dots are what people forget. */
function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** A name that holds the other counts as one slip, however long the rest is. */
function slipsTo(text: string, candidate: string): number {
  if (text === candidate) return 0
  if (text.length >= 3 && (candidate.includes(text) || text.includes(candidate))) return 1
  return distance(text, candidate)
}
