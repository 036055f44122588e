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

/** What something is about: a field of the workspace, or a flag of its engine as the engine spells it. */
export type About = { field: readonly (string | number)[]; atKey?: boolean } | { flag: string }

export const ABOUT_MODEL: About = { field: ['inference', 'preset', 'name'] }
export const ABOUT_MACHINE: About = { field: ['resource', 'instanceType'] }

/** An error, unless `more` says otherwise. */
export function problem(rule: string, message: Advice, at: ProblemPlace, more: Partial<Problem> = {}): Problem {
  return { severity: 'error', rule, message, ...at, ...more }
}

/** By file and line, and each once: a ConfigMap that two workspaces name is wrong in one place. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const byText = new Map(problems.map((each) => [JSON.stringify(each), each]))
  return [...byText.values()].sort(byPlace)
}

function byPlace(a: Problem, b: Problem): number {
  const byFile = a.file < b.file ? -1 : a.file > b.file ? 1 : 0
  return byFile || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

/** Of what is planned. */
export interface PlanWarning {
  code: string
  message: Advice
  about?: About
}
