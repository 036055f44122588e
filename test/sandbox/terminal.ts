/** A terminal that a command runs in: `script` of util-linux lends it. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const KAITO = fileURLToPath(new URL('../../bin/kaito.js', import.meta.url))
export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'

interface Typed {
  /** What must stand on the screen first. */
  after: string
  keys: string
}

/** @param size columns and rows; 0 0 is what some containers lend. */
export function onTerminal(
  args: string,
  env: Record<string, string>,
  typed: readonly Typed[],
  size: readonly [columns: number, rows: number] = [100, 40],
): Promise<{ code: number | null; screen: string }> {
  const { CI: _, ...outside } = process.env
  const inside = `stty cols ${size[0]} rows ${size[1]}; exec ${process.execPath} ${KAITO} ${args}`
  const child = spawn('script', ['--quiet', '--return', '--command', inside, '/dev/null'], {
    env: { ...outside, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const rest = [...typed]
  let screen = ''
  let read = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    const [next] = rest
    const at = next === undefined ? -1 : screen.indexOf(next.after, read)
    if (next === undefined || at < 0) return
    rest.shift()
    read = at + next.after.length
    child.stdin.write(next.keys)
  })
  const timer = setTimeout(() => child.kill(), 90_000)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, screen })
    })
  })
}
