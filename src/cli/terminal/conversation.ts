/** What somebody types in a conversation, line by line, and what Ctrl-C means in one. */
import { createInterface } from 'node:readline/promises'
import type { Terminal } from './io.ts'

/** What ends a conversation elsewhere: shells, python, ollama. */
const ENDS: ReadonlySet<string> = new Set(['exit', 'quit', '/exit', '/quit', '/bye'])

/**
 * Hands each line to `answer`, until an empty line or `exit`, the end of the input, or Ctrl-C at the prompt. Ctrl-C during an
 * answer aborts the signal that the answer got, and nothing else.
 */
export async function converse(
  { io, signal }: Terminal,
  answer: (question: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const reader = createInterface({ input: io.stdin(), output: io.stderr })
  let isClosed = false
  const ended = new Promise<string>((resolve) => {
    reader.once('close', () => {
      isClosed = true
      resolve('')
    })
  })
  let answering: AbortController | undefined
  // A terminal in raw mode sends Ctrl-C as a character: no signal comes.
  reader.on('SIGINT', () => (answering === undefined ? reader.close() : answering.abort()))
  const next = (): Promise<string> =>
    Promise.race([reader.question('> ', { signal }), ended]).catch((error: unknown) => {
      signal.throwIfAborted()
      if (isClosed) return ''
      throw error
    })
  try {
    while (!isClosed) {
      const line = (await next()).trim()
      if (line === '' || ENDS.has(line.toLowerCase())) break
      answering = new AbortController()
      await answer(line, AbortSignal.any([signal, answering.signal]))
      answering = undefined
    }
    if (isClosed) io.stderr.write('\n')
  } finally {
    reader.close()
  }
}
