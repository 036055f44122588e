/** Columns under each other. Cells are plain text; colour goes on afterwards, by column, so that widths stay true. */
import type { Paint } from './colors.ts'

export interface Column {
  /** Right: numbers. */
  align?: 'left' | 'right'
  paint?: (text: string, cell: string) => string
}

/** Lines without a trailing blank, columns two blanks apart. */
export function formatTable(rows: readonly (readonly string[])[], columns: readonly Column[] = []): string[] {
  const width = (index: number): number => Math.max(0, ...rows.map((row) => row[index]?.length ?? 0))
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, index) => width(index))
  return rows.map((row) => formatRow(row, widths, columns))
}

function formatRow(row: readonly string[], widths: readonly number[], columns: readonly Column[]): string {
  const last = row.findLastIndex((cell) => cell !== '')
  const cells = row.slice(0, last + 1).map((cell, index) => {
    const { align = 'left', paint } = columns[index] ?? {}
    const size = widths[index] ?? 0
    const padded = align === 'right' ? cell.padStart(size) : index === last ? cell : cell.padEnd(size)
    return paint === undefined ? padded : paint(padded, cell)
  })
  return cells.join('  ')
}

/** `  key    value` lines; rows without a value are left out. */
export function formatFacts(facts: readonly (readonly [string, string | undefined])[], key: Paint): string[] {
  const rows = facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]))
  return indent(formatTable(rows, [{ paint: key }]))
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`))
}
