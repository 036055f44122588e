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

/** Nearly the same word, by spelling alone: one that means something else is not proposed for being a few letters away. */
export function nearly(wanted: string, candidates: readonly string[]): string | undefined {
  const text = lettersOf(wanted)
  const most = Math.max(1, Math.floor(text.length / 3))
  const near = candidates
    .map((candidate) => ({ candidate, slips: slipsOrStart(text, lettersOf(candidate)) }))
    .filter(({ slips }) => slips <= Math.min(2, most))
    .sort((a, b) => a.slips - b.slips || (a.candidate < b.candidate ? -1 : 1))
  return near[0]?.candidate
}

/** What begins a longer word is a word that was not typed to its end. */
function slipsOrStart(text: string, candidate: string): number {
  return text.length >= 4 && candidate.startsWith(text) ? 1 : distance(text, candidate)
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
