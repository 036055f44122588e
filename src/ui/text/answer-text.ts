/** An answer of a model as it comes: its words are the result, what it thinks before them goes to stderr. */
import { createColors, type Env } from './colors.ts'
import { withoutControls } from './redact.ts'

export interface AnswerWriter {
  thought(text: string): void
  words(text: string): void
  /** Ends the line that is open. */
  end(): void
}

export interface AnswerStreams {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  env: Env
  color: boolean
  /** Thoughts are progress. */
  isQuiet: boolean
}

export function createAnswerWriter({ stdout, stderr, env, color, isQuiet }: AnswerStreams): AnswerWriter {
  const { dim } = createColors({ stream: stderr, env, color })
  let open: NodeJS.WriteStream | undefined
  const write = (stream: NodeJS.WriteStream, text: string, paint = (plain: string): string => plain): void => {
    if (open !== undefined && open !== stream) open.write('\n')
    const safe = stream.isTTY === true ? withoutControls(text) : text
    stream.write(paint(safe))
    open = text.endsWith('\n') ? undefined : stream
  }
  return {
    thought: (text) => (isQuiet ? undefined : write(stderr, text, dim)),
    words: (text) => write(stdout, text),
    end() {
      open?.write('\n')
      open = undefined
    },
  }
}
