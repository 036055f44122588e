/** A terminal that a command runs in. */
import { spawn } from '@lydell/node-pty'
import { KAITO } from './run-kaito.ts'

export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'

const SHOWS_WITHIN_MS = 30_000

export interface Terminal {
  type(keys: string): void
  /** Waits until it is shown after what was waited for before; what is shown up to its end. */
  shows(words: string | RegExp): Promise<string>
  /** Its exit code. */
  ended: Promise<number>
  /** All that was shown. */
  screen(): string
  /** What was shown after what was waited for last. */
  rest(): string
  kill(): void
}

/** @param size columns and rows; 0 0 is what some containers lend. */
export function atTerminal(
  args: string,
  env: Record<string, string>,
  [columns, rows]: readonly [columns: number, rows: number] = [100, 40],
): Terminal {
  const { CI: _, ...outside } = process.env
  // A terminal is made with a size, and may lose it.
  const inside = `${columns === 0 ? 'stty cols 0 rows 0; ' : ''}exec ${process.execPath} ${KAITO} ${args}`
  const pty = spawn('sh', ['-c', inside], {
    name: 'xterm-256color',
    cols: columns || 80,
    rows: rows || 24,
    env: { ...outside, ...env },
  })
  let [screen, read] = ['', 0]
  pty.onData((text) => {
    screen += text
  })
  return {
    type: (keys) => pty.write(keys),
    async shows(words) {
      for (const end = Date.now() + SHOWS_WITHIN_MS; ; ) {
        const text = upTo(words, screen.slice(read))
        if (text !== undefined) {
          read += text.length
          return text
        }
        if (Date.now() > end) throw new Error(`it never showed ${words}:\n${screen.slice(read)}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    ended: new Promise((resolve) => {
      pty.onExit(({ exitCode }) => resolve(exitCode))
    }),
    screen: () => screen,
    rest: () => screen.slice(read),
    kill: () => pty.kill('SIGKILL'),
  }
}

function upTo(words: string | RegExp, text: string): string | undefined {
  const [found, at] =
    typeof words === 'string' ? [words, text.indexOf(words)] : [words.exec(text)?.[0] ?? '', text.search(words)]
  return at < 0 ? undefined : text.slice(0, at + found.length)
}

interface Typed {
  /** What must be shown first. */
  after: string
  keys: string
}

/** A command that asks so many things, to its end. */
export async function onTerminal(
  args: string,
  env: Record<string, string>,
  typed: readonly Typed[],
  size?: readonly [columns: number, rows: number],
): Promise<{ code: number; screen: string }> {
  const terminal = atTerminal(args, env, size)
  const timer = setTimeout(terminal.kill, 90_000)
  try {
    for (const { after, keys } of typed) {
      await terminal.shows(after)
      terminal.type(keys)
    }
    return { code: await terminal.ended, screen: terminal.screen() }
  } finally {
    clearTimeout(timer)
    terminal.kill()
  }
}
