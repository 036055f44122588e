/** Several workspaces of one run have failed, each in its own way. */
import type { ExitCode } from './error-row.ts'
import { ERRORS } from './error-table.ts'
import { KaitoError } from './errors.ts'

/** Exit codes, the gravest first: what somebody has to look at before anything else. */
const GRAVITY: readonly ExitCode[] = [1, 70, 8, 5, 6, 4, 7, 3, 2, 130]

export class SeveralErrors extends Error {
  readonly errors: readonly unknown[]

  constructor(errors: readonly unknown[]) {
    super(errors.map((error) => (error instanceof Error ? error.message : String(error))).join('\n'))
    this.name = 'SeveralErrors'
    this.errors = errors
  }

  /** The command ends as this one alone would have ended it. */
  get gravest(): unknown {
    return this.errors.toSorted((one, other) => gravityOf(one) - gravityOf(other))[0]
  }
}

function gravityOf(error: unknown): number {
  return GRAVITY.indexOf(ERRORS[error instanceof KaitoError ? error.code : 'INTERNAL'].exit)
}

/** One alone stays as it is. */
export function errorFrom([first, ...others]: readonly unknown[]): unknown {
  return others.length === 0 ? first : new SeveralErrors([first, ...others])
}

/** One by one. */
export function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof SeveralErrors ? error.errors : [error]
}
