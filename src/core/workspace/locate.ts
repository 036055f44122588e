/** Where things are in a parsed document. */
import { type Document, isAlias, isCollection, isNode, isPair, isScalar, type LineCounter, visit } from 'yaml'

export type Path = readonly (string | number)[]

export interface Place {
  line: number
  column: number
}

/** Where the first alias is, or the first of that name. */
export function findAlias(doc: Document.Parsed, name: string | undefined): number | undefined {
  let offset: number | undefined
  visit(doc, {
    Alias(_key, node) {
      if (name !== undefined && node.source !== name) return undefined
      offset = node.range?.[0]
      return visit.BREAK
    },
  })
  return offset
}

export function locate(doc: Document.Parsed, path: Path, key: boolean, lines: LineCounter): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const at = path.slice(0, length)
    const offset = key && length === path.length ? keyOffset(doc, at) : valueOffset(doc, at)
    if (offset !== undefined) return lineCol(lines, offset)
  }
  return lineCol(lines, doc.range[0])
}

function valueOffset(doc: Document.Parsed, path: Path): number | undefined {
  const node = attempt(() => (path.length === 0 ? doc.contents : doc.getIn(path, true)))
  if (isAlias(node)) return node.range?.[0]
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined
}

function keyOffset(doc: Document.Parsed, path: Path): number | undefined {
  const parent = attempt(() => (path.length <= 1 ? doc.contents : doc.getIn(path.slice(0, -1), true)))
  const items = (parent as { items?: unknown[] } | null | undefined)?.items ?? []
  const pair = items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === String(path.at(-1)))
  return isPair(pair) && isNode(pair.key) ? pair.key.range?.[0] : undefined
}

/** The innermost quote or bracket that `offset` lies in, or the last one before it. */
export function openedAt(doc: Document.Parsed, offset: number): number | undefined {
  let start: number | undefined
  visit(doc, (_key, node) => {
    if (!isScalar(node) && !isCollection(node)) return
    const isDelimited = isCollection(node) ? node.flow === true : /^QUOTE/.test(node.type ?? '')
    const from = node.range?.[0]
    if (isDelimited && from !== undefined && from < offset) start = from
  })
  return start
}

export function lineCol(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
