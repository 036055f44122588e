/** What somebody types in a conversation, line by line. */
import { createInterface } from 'node:readline/promises'
import type { Session } from './session.ts'

/** Ends with an empty line or the end of the input. */
export async function* questionsOf({ io, signal }: Session): AsyncIterable<string> {
  const reader = createInterface({ input: io.stdin, output: io.stderr })
  const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')))
  try {
    for (;;) {
      const line = await Promise.race([reader.question('> ', { signal }), ended])
      if (line.trim() === '') return
      yield line.trim()
    }
  } finally {
    reader.close()
  }
}
