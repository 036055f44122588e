/** The log of an engine that ended: what it says of the cause where no row of its table knows it. */
import type { Signature } from './signature.ts'

/** How an engine's log is read. */
export interface EngineLog {
  /** Its known ways to fail, most telling first. */
  readonly failures: readonly Signature[]
  /** A line without what its logger puts before it. */
  readLine(line: string): string
  /** An error that may be the cause, and none that only follows from another. */
  isCause(line: string): boolean
}

/** The line that comes nearest to a cause when no row knows it: the first error of the engine, else the last line. */
export function rootLine(log: string, engine: EngineLog): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const first = lines.find((line) => engine.isCause(line))
  return engine.readLine(first ?? lines.at(-1) ?? '')
}

/** The end of the log, for whom no row knows the cause. */
export function lastLines(log: string, count: number): string[] {
  const lines = log.split('\n').map((line) => line.trimEnd())
  return lines.filter((line) => line !== '').slice(-count)
}
