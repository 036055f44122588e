/** What is written while a command runs and is no result of kaito's own: an engine's log, a model's answer. */
import { type AnswerWriter, createAnswerWriter } from '#ui/text/answer-text.ts'
import { createLogWriter } from '#ui/text/log-text.ts'
import type { Io } from './io.ts'

interface Loudness {
  color: boolean
  quiet: boolean
  progress?: string
}

export function logWriterOf({ io }: { io: Io }): (text: string) => void {
  return createLogWriter(io.stdout, io.redact.mask)
}

export function answerWriterOf({ io, options }: { io: Io; options: Loudness }): AnswerWriter {
  return createAnswerWriter({ ...io, color: options.color, isQuiet: options.quiet || options.progress === 'json' })
}
