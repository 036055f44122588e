/** One known way to fail: how it is recognised and what to say. The tables beside this file hold the rows. */
import type { Advice } from '../advice.ts'
import type { ErrorCode } from '../errors.ts'

/** What it happened to, for the commands in the advice. */
export interface Subject {
  workspace: string
  namespace: string
  pod: string
}

export interface Signature {
  code: ErrorCode
  /** What the cluster or the engine says; groups may be named and are handed to `says` and `next`. */
  pattern: RegExp
  /** One sentence of cause. */
  says(found: Groups): string
  /** A command, or what to change. */
  next(found: Groups, subject: Subject): Advice
  /** Crashes with this signature before it is believed; 1 when absent. */
  crashes?: number
  /** Where it was seen. */
  source: string
}

type Groups = Readonly<Record<string, string>>

export interface Cause {
  code: ErrorCode
  message: string
  /** The words that gave it away, verbatim. */
  reason: string
  next: Advice
  crashes: number
}

/**
 * The first row that recognises the text.
 * @param readLine a line without what a logger puts before it.
 */
export function recognise(
  signatures: readonly Signature[],
  text: string,
  subject: Subject,
  readLine = (line: string): string => line.trim(),
): Cause | undefined {
  for (const { code, pattern, says, next, crashes = 1 } of signatures) {
    const match = pattern.exec(text)
    if (match === null) continue
    const found = match.groups ?? {}
    return {
      code,
      message: says(found),
      reason: readLine(lineAround(text, match.index)),
      next: next(found, subject),
      crashes,
    }
  }
  return undefined
}

function lineAround(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index) + 1
  const end = text.indexOf('\n', index)
  return text.slice(start, end < 0 ? undefined : end)
}
