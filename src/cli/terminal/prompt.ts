/** Lines that somebody types on a terminal; what asks for them goes to stderr. */
import { createInterface } from 'node:readline/promises'
import { wrapLine } from '#ui/text/wrap.ts'
import type { Terminal } from './io.ts'

interface Lines {
  /** Undefined when the input has ended: Ctrl-D, or `close`. Throws what has ended the command. */
  next(prompt: string): Promise<string | undefined>
  close(): void
}

/** What was typed; undefined when the input ended. Ctrl-C ends the command. */
export async function askOnce(question: string, terminal: Terminal): Promise<string | undefined> {
  const release = terminal.hold?.()
  const lines = openLines(terminal, terminal.interrupt)
  try {
    return await lines.next(`${wrapLine(question, terminal.io.stderr.columns, 0)} `)
  } finally {
    lines.close()
    release?.()
  }
}

/** @param onInterrupt readline has the terminal in raw mode: Ctrl-C is a character to it, and no signal. */
export function openLines({ io, signal }: Pick<Terminal, 'io' | 'signal'>, onInterrupt: () => void): Lines {
  const reader = createInterface({ input: io.stdin(), output: io.stderr })
  reader.on('SIGINT', onInterrupt)
  let isClosed = false
  const ended = new Promise<undefined>((resolve) => {
    reader.once('close', () => {
      isClosed = true
      resolve(undefined)
    })
  })
  const typed = (prompt: string): Promise<string | undefined> =>
    Promise.race([reader.question(prompt, { signal }), ended]).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error
      return undefined
    })
  return {
    async next(prompt) {
      const line = isClosed ? undefined : await typed(prompt)
      if (line !== undefined) return line.trim()
      io.stderr.write('\n')
      signal.throwIfAborted()
      return undefined
    },
    close: () => reader.close(),
  }
}
