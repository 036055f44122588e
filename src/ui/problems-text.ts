/** Problems of the input, one after the other: place, path, what, what is allowed, what to do. */
import type { ChalkInstance } from 'chalk'
import type { Problem } from '#core/workspace/spec.ts'

export function problemLines(problems: readonly Problem[], palette: ChalkInstance): string[] {
  return problems.flatMap((problem) => {
    const { file, line, column, severity, path, message, value, allowed, hint } = problem
    const place = [file, line, column].filter((part) => part !== undefined).join(':')
    const label = severity === 'error' ? palette.red('error') : palette.yellow('warning')
    const lines = [`${place}: ${label}: ${path === undefined ? '' : `${path}: `}${message}`]
    if (value !== undefined && !message.includes(value)) lines.push(`    value:   ${value}`)
    if (allowed !== undefined) lines.push(`    allowed: ${allowed}`)
    if (hint !== undefined) lines.push(`    next:    ${hint}`)
    return lines
  })
}
