/** What somebody types in a conversation, line by line, and what Ctrl-C means in one. */
import { wrapText } from '#ui/text/wrap.ts'
import type { Terminal } from './io.ts'
import { openLines } from './prompt.ts'

/** What ends a conversation elsewhere: shells, python, ollama. */
const ENDS: ReadonlySet<string> = new Set(['exit', 'quit', '/exit', '/quit', '/bye'])

/**
 * Hands each line to `answer`, until an empty line or `exit`, the end of the input, or Ctrl-C at the prompt. Ctrl-C during an
 * answer aborts the signal that the answer got, and nothing else.
 */
export async function converse(
  terminal: Terminal,
  greeting: string,
  answer: (question: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { stderr } = terminal.io
  stderr.write(`${wrapText(greeting, stderr.columns)}\n`)
  let answering: AbortController | undefined
  const lines = openLines(terminal, () => (answering === undefined ? lines.close() : answering.abort()))
  try {
    for (;;) {
      const line = (await lines.next('> ')) ?? ''
      if (line === '' || ENDS.has(line.toLowerCase())) return
      answering = new AbortController()
      await answer(line, AbortSignal.any([terminal.signal, answering.signal]))
      answering = undefined
    }
  } finally {
    lines.close()
  }
}
