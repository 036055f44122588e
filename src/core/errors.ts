/** The one error class, and what it carries. The codes stand in `error-table.ts`. */

import type { Advice } from './advice.ts'
import type { ExitCode } from './error-row.ts'
import { ERRORS, type ErrorCode } from './error-table.ts'
import type { About, Problem } from './problem.ts'

export type { ExitCode } from './error-row.ts'
export type { ErrorCode } from './error-table.ts'

/** Where in the walk from spec to endpoint something happened. */
export type Phase = 'spec' | 'plan' | 'render' | 'provision' | 'apply' | 'watch' | 'verify' | 'destroy' | 'train'

/** `later`: the same command may work after a while. `elsewhere`: another instance type, zone or region may work. */
export type Retryable = 'no' | 'later' | 'elsewhere'

/** What the error is about: a Kubernetes object or a cloud resource. */
export interface ResourceRef {
  kind: string
  name: string
  namespace?: string
}

export interface KaitoErrorFields {
  code: ErrorCode
  phase: Phase
  message: string
  /** The provider's own words or code, verbatim, without secrets. */
  reason?: string | undefined
  /** What to do next, with a command to copy. */
  hint: Advice
  retryable?: Retryable
  resource?: ResourceRef | undefined
  /** The provider's raw answer, for `--verbose` and JSON. Never holds a secret. */
  raw?: unknown
  /** Several findings of one kind (spec problems, leftovers), one line each. */
  details?: readonly Advice[]
  /** What is wrong with the input, each with its place. */
  problems?: readonly Problem[]
  /** What of the input it is about, where the input may have a place for it. */
  input?: About | undefined
  /** What the run leaves behind: what bills, what serves, what was not begun. */
  left?: readonly Advice[]
  /** The command that takes away what is left. */
  undo?: Advice | undefined
  /** The command that goes on once `hint` is followed. */
  goOn?: Advice | undefined
  cause?: unknown
}

/** The one error class. It knows no colours and no output format. */
export class KaitoError extends Error {
  readonly code: ErrorCode
  readonly phase: Phase
  readonly hint: Advice
  readonly retryable: Retryable
  readonly reason: string | undefined
  readonly resource: ResourceRef | undefined
  readonly raw: unknown
  readonly details: readonly Advice[]
  readonly problems: readonly Problem[]
  readonly input: About | undefined
  readonly left: readonly Advice[]
  readonly undo: Advice | undefined
  readonly goOn: Advice | undefined

  constructor(fields: KaitoErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.name = 'KaitoError'
    this.code = fields.code
    this.phase = fields.phase
    this.hint = fields.hint
    this.retryable = fields.retryable ?? 'no'
    this.reason = fields.reason
    this.resource = fields.resource
    this.raw = fields.raw
    this.details = fields.details ?? []
    this.problems = fields.problems ?? []
    this.input = fields.input
    this.left = fields.left ?? []
    this.undo = fields.undo
    this.goOn = fields.goOn
  }

  /** The same error, told in other words. */
  with(change: Partial<KaitoErrorFields>): KaitoError {
    // Neither message nor cause of an Error is enumerable.
    return new KaitoError({ ...this, message: this.message, cause: this.cause ?? this, ...change })
  }
}

/** An error of kaito's, with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is KaitoError {
  return error instanceof KaitoError && codes.includes(error.code)
}

/** @param onBug what an error that is none of ours ends with. */
export function exitCodeFor(error: unknown, onBug: ExitCode = ERRORS.INTERNAL.exit): ExitCode {
  return error instanceof KaitoError && error.code !== 'INTERNAL' ? ERRORS[error.code].exit : onBug
}
