/** What a terminal shows in the end of all that was written to it: rows, without colour. */
import xterm from '@xterm/headless'

/** What the terminal itself has broken is one row again, as it is when it is copied. */
export async function screenOf(written: string, columns: number): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 200, allowProposedApi: true })
  await new Promise<void>((resolve) => {
    terminal.write(written, resolve)
  })
  const { active } = terminal.buffer
  let text = ''
  for (let row = 0; row < active.length; row += 1) {
    const line = active.getLine(row)
    text += `${line?.isWrapped === true ? '' : '\n'}${line?.translateToString(true) ?? ''}`
  }
  return text.trim()
}
