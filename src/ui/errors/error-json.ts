/** An error for machines: one object, every key always there. */
import {
  type ErrorCode,
  type ExitCode,
  KaitoError,
  type Phase,
  type ResourceRef,
  type Retryable,
} from '#core/errors.ts'
import type { ShownProblem } from '#core/problem.ts'
import { SCHEMA } from '../results/result-machine.ts'
import { type Say, wordDeep } from '../text/advice-text.ts'

export interface ErrorJson {
  apiVersion: typeof SCHEMA
  kind: 'Error'
  code: ErrorCode
  exitCode: number
  phase: Phase | null
  message: string
  reason: string | null
  hint: string
  retryable: Retryable
  resource: ResourceRef | null
  /** With what is left, and the commands that undo it or go on, which stand by themselves below, too. */
  details: readonly string[]
  left: readonly string[]
  undo: string | null
  goOn: string | null
  problems: readonly ShownProblem[]
  raw: unknown
}

export function errorJson(error: unknown, exitCode: ExitCode, say: Say): ErrorJson {
  const head = { apiVersion: SCHEMA, kind: 'Error', exitCode } as const
  if (error instanceof KaitoError) {
    const { code, phase, message, retryable } = error
    const [hint, left] = [say(error.hint), error.left.map(say)]
    const undo = error.undo === undefined ? null : say(error.undo)
    const goOn = error.goOn === undefined ? null : say(error.goOn)
    const details = [
      ...error.details.map(say),
      ...left,
      ...(undo === null ? [] : [`Undo: ${undo}`]),
      ...(goOn === null ? [] : [`Go on: ${goOn}`]),
    ]
    const problems = wordDeep<ShownProblem[]>(error.problems, say)
    const { reason = null, resource = null, raw = null } = error
    return {
      ...head,
      code,
      phase,
      message,
      reason,
      hint,
      retryable,
      resource,
      details,
      left,
      undo,
      goOn,
      problems,
      raw,
    }
  }
  return {
    ...head,
    code: 'INTERNAL',
    phase: null,
    message: error instanceof Error ? error.message : String(error),
    reason: null,
    hint: 'Report it to the maintainers of kaito with the command and the stack in raw.',
    retryable: 'no',
    resource: null,
    details: [],
    left: [],
    undo: null,
    goOn: null,
    problems: [],
    raw: error instanceof Error ? { name: error.name, stack: error.stack } : { thrown: String(error) },
  }
}
