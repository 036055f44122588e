/**
 * Lines that are longer than the terminal go on below their own text instead of at the margin. What goes into a pipe stays
 * whole, and so do commands, which are copied.
 */

let wrapAnsi: ((text: string, columns: number) => string) | undefined

/** Loads the package, whose table of characters costs 40 ms: only when there is a terminal. Until then lines stay whole. */
export async function loadWrapping(...streams: readonly { isTTY?: boolean }[]): Promise<void> {
  if (streams.some(({ isTTY }) => isTTY === true)) wrapAnsi ??= (await import('wrap-ansi')).default
}

/** Everything up to the last gap of a row: what the text behind it hangs under. */
const LEAD = /^(?:.*\S)? {2,}(?=\S)/
/** Commands stand two blanks in and have no gap. */
const COMMAND_INDENT = 2
const LEAST_ROOM = 30
/** Sentences stand at the margin; so do the lines of a diff, which stay whole. */
const SENTENCE = /^[^\s@#+-]/
/** What is copied: it begins a text, or stands behind a colon at its end. Other programs are known by their first flag. */
const COMMAND =
  /(?:^|(?<=: ))(?:(?:KUBECONFIG=\S+ )?(?:kaito|kubectl|curl|export) |[a-z]+(?: [a-z][a-z-]*)+ --?[a-z]).*$/
/** Below the first word behind a mark. */
const HANG = 2
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes start with one
const COLOR = /\u001B\[[\d;]*m/g

/** @param hang columns that a line without a row's lead is indented by when it goes on; absent = such a line stays whole. */
export function wrapLine(line: string, columns: number | undefined, hang?: number): string {
  if (wrapAnsi === undefined || columns === undefined || widthOf(line) <= columns) return line
  const lead = LEAD.exec(line)?.[0] ?? ''
  const isRow = widthOf(lead) > COMMAND_INDENT
  const indent = isRow ? widthOf(lead) : hang
  if (indent === undefined || columns - indent < LEAST_ROOM) return line
  const [start, text] = isRow ? [lead, line.slice(lead.length)] : [line.slice(0, indent), line.slice(indent)]
  return start + wrapAround(text, columns - indent).replaceAll('\n', `\n${' '.repeat(indent)}`)
}

/** A command at the end stays whole, on a line of its own. */
function wrapAround(text: string, room: number): string {
  if (wrapAnsi === undefined) return text
  const at = text.search(COMMAND)
  if (at < 0) return wrapAnsi(text, room)
  return at === 0 ? text : `${wrapAnsi(text.slice(0, at).trimEnd(), room)}\n${text.slice(at)}`
}

export function wrapText(text: string, columns: number | undefined): string {
  return columns === undefined
    ? text
    : text
        .split('\n')
        .map((line) => wrapLine(line, columns, SENTENCE.test(line.replace(COLOR, '')) ? HANG : undefined))
        .join('\n')
}

function widthOf(text: string): number {
  return text.replace(COLOR, '').length
}
