/** Places in a text, and ways to a field; without the parser, which few commands need. */
import type { LineCounter } from 'yaml'

export type Path = readonly (string | number)[]

/** 1-based. */
export interface Place {
  line: number
  column: number
}

export function lineCol(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}
