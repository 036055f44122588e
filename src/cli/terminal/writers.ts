/** What is written while a command runs and is no result of kaito's own: an engine's log, a model's answer. */
import { type AnswerWriter, createAnswerWriter } from '#ui/text/answer-text.ts'
import { createLogWriter } from '#ui/text/log-text.ts'
import type { Session } from '../session.ts'

export function logWriterOf({ io }: Session): (text: string) => void {
  return createLogWriter(io.stdout, io.redact.mask)
}

export function answerWriterOf({ io, options }: Session): AnswerWriter {
  return createAnswerWriter({ ...io, color: options.color, isQuiet: options.quiet || options.progress === 'json' })
}
