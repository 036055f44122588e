/** A unified diff of two texts, with three lines of context. */
import { formatPatch, structuredPatch } from 'diff'

const CONTEXT = 3
/** Beyond this many differing lines a diff says nothing to a reader, and costs time to find. */
const MAX_EDITS = 1000

/** Empty when the texts are equal. */
export function diffLines(before: string, after: string, label: string): string {
  if (before === after) return ''
  const [live, wanted] = [`live ${label}`, `wanted ${label}`]
  const patch = structuredPatch(live, wanted, before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MAX_EDITS,
  })
  if (patch === undefined) return `--- ${live}\n+++ ${wanted}\n(more than ${MAX_EDITS} lines differ)`
  return formatPatch(patch).replace(/^=+\n/, '').trimEnd()
}
