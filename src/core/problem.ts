/** What is wrong with the input, or worth a word before anything is made. */
import type { Advice, Worded } from './advice.ts'

/** Of the input. Errors make the spec invalid; warnings do not. */
export interface Problem {
  severity: 'error' | 'warning'
  /** Stable rule id, kebab-case: `unknown-field`, `wrong-type`, `duplicate-key`, … */
  rule: string
  message: Advice
  file: string
  /** 1-based; absent when the problem has no place (an empty input). */
  line?: number
  column?: number
  /** Field path as upstream writes it: `resource.instanceType`, `inference.adapters[0].name`. */
  path?: string
  value?: string
  allowed?: Advice
  /** What to do: a did-you-mean, or a command. */
  hint?: Advice
}

export type ShownProblem = Worded<Problem>

/** Where the input has it. */
export type ProblemPlace = Pick<Problem, 'file' | 'line' | 'column'>

/** An error, unless `more` says otherwise. */
export function problem(rule: string, message: Advice, at: ProblemPlace, more: Partial<Problem> = {}): Problem {
  return { severity: 'error', rule, message, ...at, ...more }
}

/** Of what is planned. */
export interface PlanWarning {
  code: string
  message: Advice
}
