/** The candidates that someone may have meant, best first: by edit distance, or because one holds the other. */
export function closest(wanted: string, candidates: readonly string[], limit: number): string[] {
  const text = lettersOf(wanted)
  return candidates
    .map((candidate) => ({ candidate, distance: distanceTo(text, lettersOf(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.ceil(text.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

/** Dashes and dots are what people forget. */
function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** A name that holds the other counts as one slip, however long the rest is. */
function distanceTo(text: string, candidate: string): number {
  if (text.length >= 3 && (candidate.includes(text) || text.includes(candidate))) return 1
  return editDistance(text, candidate)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
