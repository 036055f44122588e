/** Where in a parsed document something stands. */
import type { Document } from 'yaml'

/** Of the value that the keys lead to, or of the nearest that is there; undefined where not even the first one is. */
export function offsetOf(doc: Document.Parsed, keys: readonly PropertyKey[]): number | undefined {
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const node = doc.getIn(keys.slice(0, depth), true) as { range?: [number] } | undefined
    if (node?.range !== undefined) return node.range[0]
  }
  return undefined
}
