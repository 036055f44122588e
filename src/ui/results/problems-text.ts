/** Findings about the input, one block each: where, what, what is allowed, what to do. */
import type { Problem, ShownProblem } from '#core/problem.ts'
import type { Colors } from '../text/colors.ts'
import { plural } from '../text/figures.ts'

/**
 * `workspace.yaml:7:3: error: resource.instanceTyp: unknown field`, details indented below; editors and
 * terminals turn the first part into a link.
 */
export function formatProblems(problems: readonly ShownProblem[], colors: Colors): string[] {
  return problems.flatMap((problem) => formatProblem(problem, colors))
}

/** `2 errors, 1 warning`. */
export function countProblems(problems: readonly Pick<Problem, 'severity'>[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const warnings = problems.length - errors
  const parts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ]
  return parts.length === 0 ? 'no problems' : parts.join(', ')
}

function formatProblem(problem: ShownProblem, { bold, dim, red, yellow, cyan }: Colors): string[] {
  const { file, line, column, severity, path, message, rule, value, allowed, hint } = problem
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  const paint = severity === 'error' ? red : yellow
  const subject = path === undefined || path === '' ? '' : `${bold(path)}: `
  const isSaid = value === undefined || message.includes(value)
  return [
    `${place}: ${paint(severity)}: ${subject}${message} ${dim(`[${rule}]`)}`,
    ...(isSaid ? [] : [`    got      ${value}`]),
    ...(allowed === undefined ? [] : [`    allowed  ${allowed}`]),
    ...(hint === undefined ? [] : [`    ${cyan('fix')}      ${hint}`]),
  ]
}
