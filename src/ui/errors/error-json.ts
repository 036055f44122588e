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
  details: readonly string[]
  problems: readonly ShownProblem[]
  raw: unknown
}

export function errorJson(error: unknown, exitCode: ExitCode, say: Say): ErrorJson {
  const head = { apiVersion: SCHEMA, kind: 'Error', exitCode } as const
  if (error instanceof KaitoError) {
    const { code, phase, message, retryable } = error
    const [hint, details] = [say(error.hint), error.details.map(say)]
    const problems = wordDeep<ShownProblem[]>(error.problems, say)
    const { reason = null, resource = null, raw = null } = error
    return { ...head, code, phase, message, reason, hint, retryable, resource, details, problems, raw }
  }
  return {
    ...head,
    code: 'INTERNAL',
    phase: null,
    message: error instanceof Error ? error.message : String(error),
    reason: null,
    hint: "Report it to kaito's issue tracker: the command, and the stack in raw.",
    retryable: 'no',
    resource: null,
    details: [],
    problems: [],
    raw: error instanceof Error ? { name: error.name, stack: error.stack } : { thrown: String(error) },
  }
}
