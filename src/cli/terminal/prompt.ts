/** A question on a terminal; it goes to stderr. */
import { createInterface } from 'node:readline/promises'
import { wrapLine } from '#ui/text/wrap.ts'
import type { Terminal } from './io.ts'

/** What was typed; undefined when the input ended (Ctrl-D). Ctrl-C ends the command. */
export async function askOnce(question: string, { io, signal, interrupt }: Terminal): Promise<string | undefined> {
  const reader = createInterface({ input: io.stdin(), output: io.stderr })
  // readline has the terminal in raw mode: Ctrl-C is a character to it, and no signal.
  reader.on('SIGINT', interrupt)
  const ended = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)))
  try {
    const answer = await Promise.race([
      reader.question(`${wrapLine(question, io.stderr.columns, 0)} `, { signal }),
      ended,
    ]).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error
      return undefined
    })
    if (answer !== undefined) return answer.trim()
    io.stderr.write('\n')
    signal.throwIfAborted()
    return undefined
  } finally {
    reader.close()
  }
}
