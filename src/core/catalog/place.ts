/** Where in a file something stands. */
import { LineCounter, parseDocument } from 'yaml'
import { offsetOf } from '../yaml-place.ts'

/** `file:line` of the value that the keys lead to, or of what is nearest to it; JSON has no lines worth naming. */
export function placeOf({ path, text }: { path: string; text: string }, keys: readonly PropertyKey[]): string {
  if (path.endsWith('.json')) return path
  const lineCounter = new LineCounter()
  const doc = parseDocument(text, { lineCounter, logLevel: 'silent' })
  return `${path}:${lineCounter.linePos(offsetOf(doc, keys) ?? 0).line}`
}
