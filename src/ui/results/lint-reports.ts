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

/** One test case per file; warnings do not fail it. */
export function formatJunit(results: readonly Shown<LintResult>[]): string {
  const problems = results.flatMap((result) => result.problems)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const files = [...new Set([...results.flatMap((result) => result.files), ...problems.map(({ file }) => file)])].sort()
  const cases = files.map((file) =>
    testCase(
      file,
      problems.filter((problem) => problem.file === file),
    ),
  )
  const failed = files.filter((file) => errors.some((problem) => problem.file === file)).length
  const counts = `tests="${cases.length}" failures="${failed}" errors="0"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="kaito lint" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(file: string, problems: readonly ShownProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity === 'warning')
  const lines = (some: readonly ShownProblem[]): string =>
    escaped(some.map((p) => `${placeOf(p)}: ${textOf(p)} [${p.rule}]`).join('\n'))
  const failure =
    errors.length === 0
      ? []
      : [
          `      <failure type="${escaped(errors[0]?.rule ?? '')}" message="${escaped(textOf(errors[0] as ShownProblem))}">${lines(errors)}</failure>`,
        ]
  const said = warnings.length === 0 ? [] : [`      <system-out>${lines(warnings)}</system-out>`]
  const open = `    <testcase classname="kaito.lint" name="${escaped(file)}" file="${escaped(file)}"`
  const body = [...failure, ...said]
  return body.length === 0 ? `${open}/>` : [`${open}>`, ...body, '    </testcase>'].join('\n')
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
