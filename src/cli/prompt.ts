/** Questions on a terminal, line by line; they go to stderr. */
import { createInterface } from 'node:readline/promises'
import type { Session } from './session.ts'

export interface Prompt {
  /** What was typed; undefined when the input ended (Ctrl-D). Ctrl-C ends the command. */
  ask(question: string): Promise<string | undefined>
  close(): void
}

export function openPrompt({ io, signal, interrupt }: Session): Prompt {
  const reader = createInterface({ input: io.stdin, output: io.stderr })
  // readline has the terminal in raw mode: Ctrl-C is a character to it, and no signal.
  reader.on('SIGINT', interrupt)
  const ended = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)))
  return {
    async ask(question) {
      const answer = await Promise.race([reader.question(question, { signal }), ended]).catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'AbortError') throw error
        return undefined
      })
      if (answer !== undefined) return answer.trim()
      io.stderr.write('\n')
      signal.throwIfAborted()
      return undefined
    },
    close: () => reader.close(),
  }
}

/** One question alone. */
export async function askOnce(question: string, session: Session): Promise<string | undefined> {
  const prompt = openPrompt(session)
  try {
    return await prompt.ask(question)
  } finally {
    prompt.close()
  }
}
