/** One table, for a terminal and for docs/performance.md. */
export interface Row {
  what: string
  kaito: string
  /** What stands beside it, and its figure. */
  beside: string
  ratio: string
  goal: string
  holds: boolean
}

export function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`
}

export function times(value: number): string {
  return `${value.toFixed(2)} ×`
}

const HEAD = ['What', 'kaito', 'Beside it', 'Ratio', 'Goal', 'Holds']

/** Columns padded, so that it reads as it is and as Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map((r) => [r.what, r.kaito, r.beside, r.ratio, r.goal, r.holds ? 'yes' : 'no'])]
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  const line = (values: readonly string[]): string =>
    `| ${values.map((value, column) => value.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

const [START, END] = ['<!-- bench -->', '<!-- /bench -->']

/** Puts the table and the line above it between the marks of a document. */
export function placeIn(document: string, said: string): string {
  const [before, after] = [document.indexOf(START), document.indexOf(END)]
  if (before < 0 || after < before) throw new Error(`the document has no ${START} … ${END}`)
  return `${document.slice(0, before + START.length)}\n\n${said}\n\n${document.slice(after)}`
}
