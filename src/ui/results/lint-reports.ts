/** Findings for other programs: SARIF 2.1.0 for code scanning, JUnit XML for test reports. */

import type { ShownProblem } from '#core/problem.ts'
import type { LintResult, Shown } from '#core/results.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

export function formatSarif(results: readonly Shown<LintResult>[]): string {
  const problems = results.flatMap((result) => result.problems)
  const rules = [...new Set(problems.map(({ rule }) => rule))].sort().map((id) => ({ id }))
  const run = { tool: { driver: { name: 'kaito', rules } }, results: problems.map(sarifResult) }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

function sarifResult(problem: ShownProblem): object {
  const { rule, severity, file, line, column } = problem
  const region =
    line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }
  return {
    ruleId: rule,
    level: severity,
    message: { text: textOf(problem) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }],
  }
}

/** SARIF wants URIs: a path of Windows has other slashes, and an absolute one is a file URL. */
function uriOf(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/')
  const drive = /^[A-Za-z]:$/.test(parts[0] ?? '') ? parts.shift() : undefined
  const uri = parts.map(encodeURIComponent).join('/')
  if (drive !== undefined) return `file:///${drive}/${uri}`
  return uri.startsWith('/') ? `file://${uri}` : uri
}

/** One test case per finding, and one for a file that has none; warnings do not fail it. */
export function formatJunit(results: readonly Shown<LintResult>[]): string {
  const problems = results.flatMap((result) => result.problems)
  const failed = problems.filter(({ severity }) => severity === 'error').length
  const clean = [...new Set(results.flatMap((result) => result.files))]
    .filter((file) => problems.every((problem) => problem.file !== file))
    .sort()
  const counts = `tests="${problems.length + clean.length}" failures="${failed}" errors="0"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="kaito lint" ${counts}>`,
    ...problems.map(testCase),
    ...clean.map((file) => `    <testcase classname="kaito.lint" name="${escaped(file)}" file="${escaped(file)}"/>`),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(problem: ShownProblem): string {
  const { file, line, rule, severity } = problem
  const at = line === undefined ? '' : ` line="${line}"`
  const told = escaped(`${placeOf(problem)}: ${textOf(problem)} [${rule}]`)
  const said =
    severity === 'error'
      ? `<failure type="${escaped(rule)}" message="${escaped(textOf(problem))}">${told}</failure>`
      : `<system-out>${told}</system-out>`
  const open = `    <testcase classname="kaito.lint" name="${escaped(`${placeOf(problem)} ${rule}`)}" file="${escaped(file)}"${at}>`
  return [open, `      ${said}`, '    </testcase>'].join('\n')
}

function textOf({ path, message, allowed, hint }: ShownProblem): string {
  const subject = path === undefined || path === '' ? '' : `${path}: `
  const more = [allowed === undefined ? [] : [`Allowed: ${allowed}`], hint === undefined ? [] : [`Fix: ${hint}`]].flat()
  return [`${subject}${message}`, ...more].join(' · ')
}

function placeOf({ file, line, column }: ShownProblem): string {
  return [file, line, column].filter((part) => part !== undefined).join(':')
}

/** Characters that XML 1.0 cannot hold at all become a mark. */
function escaped(text: string): string {
  return [...text]
    .map((letter) => {
      const code = letter.codePointAt(0) ?? 0
      const isAllowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code !== 0xfffe && code !== 0xffff)
      return isAllowed && !(code >= 0xd800 && code <= 0xdfff) ? letter : '\u{fffd}'
    })
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
