/** Where things are in a parsed document. */
import { type Document, isAlias, isCollection, isNode, isPair, isScalar, type LineCounter, visit } from 'yaml'
import { lineCol, type Path, type Place } from './text-place.ts'

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

/**
 * Where a place in the text of a scalar is in the input. A literal block keeps its lines; of what is folded or quoted
 * only the first line is known.
 */
export function locateInside(doc: Document.Parsed, path: Path, inside: Place, text: string, lines: LineCounter): Place {
  const node = attempt(() => doc.getIn(path, true))
  const start = locate(doc, path, false, lines)
  if (!isScalar(node) || node.type !== 'BLOCK_LITERAL') {
    const isOnOneLine = isScalar(node) && node.type !== 'BLOCK_FOLDED' && inside.line === 1
    const quote = isScalar(node) && /^QUOTE/.test(node.type ?? '') ? 1 : 0
    return isOnOneLine ? { line: start.line, column: start.column + quote + inside.column - 1 } : start
  }
  const line = start.line + inside.line
  const isShown = lines.lineStarts[line - 1] !== undefined
  return isShown ? { line, column: indentOf(text, node.range?.[0] ?? 0) + inside.column } : start
}

/** Of the first line of a block that is not blank. */
function indentOf(text: string, header: number): number {
  const body = text.slice(text.indexOf('\n', header) + 1)
  return /^(?:[ \t\r]*\n)*( *)/.exec(body)?.[1]?.length ?? 0
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

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
