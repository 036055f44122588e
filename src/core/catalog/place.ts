/** Where in a file something stands. */
import { LineCounter, parseDocument } from 'yaml'

/** `file:line` of the value that the keys lead to, or of what is nearest to it; JSON has no lines worth naming. */
export function placeOf({ path, text }: { path: string; text: string }, keys: readonly PropertyKey[]): string {
  if (path.endsWith('.json')) return path
  const lineCounter = new LineCounter()
  const doc = parseDocument(text, { lineCounter, logLevel: 'silent' })
  for (let depth = keys.length; depth > 0; depth--) {
    const node = doc.getIn(keys.slice(0, depth), true) as { range?: [number] } | undefined
    if (node?.range !== undefined) return `${path}:${lineCounter.linePos(node.range[0]).line}`
  }
  return `${path}:1`
}
