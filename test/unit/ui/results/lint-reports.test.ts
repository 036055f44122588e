/** Findings as SARIF and JUnit, as code scanning and test reports read them. */
import { describe, expect, it } from 'vitest'
import type { ShownProblem } from '#core/problem.ts'
import type { LintResult, Shown } from '#core/results.ts'
import { formatJunit, formatSarif } from '#ui/results/lint-reports.ts'

const RESULT: Shown<LintResult> = {
  kind: 'Lint',
  files: ['my models/a.yaml', 'b.yaml', 'clean.yaml'],
  workspaces: [],
  problems: [
    {
      severity: 'error',
      rule: 'unknown-field',
      message: 'unknown field',
      file: 'my models/a.yaml',
      line: 7,
      column: 3,
      path: 'resource.instanceTyp',
      hint: 'did you mean instanceType?',
    },
    { severity: 'warning', rule: 'ignored', message: 'a < b & "c"\u0001', file: 'b.yaml' },
  ],
}

describe('SARIF', () => {
  it('one result per finding, with its rule, level, place and advice', () => {
    const log = JSON.parse(formatSarif([RESULT])) as {
      version: string
      runs: [{ tool: { driver: { rules: { id: string }[] } }; results: object[] }]
    }
    expect(log.version).toBe('2.1.0')
    const [{ tool, results }] = log.runs
    expect(tool.driver.rules).toEqual([{ id: 'ignored' }, { id: 'unknown-field' }])
    expect(results).toEqual([
      {
        ruleId: 'unknown-field',
        level: 'error',
        message: { text: 'resource.instanceTyp: unknown field · Fix: did you mean instanceType?' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'my%20models/a.yaml' },
              region: { startLine: 7, startColumn: 3 },
            },
          },
        ],
      },
      expect.objectContaining({ ruleId: 'ignored', level: 'warning' }),
    ])
  })

  it.each([
    ['a b/#1?.yaml', 'a%20b/%231%3F.yaml'],
    ['/work/a.yaml', 'file:///work/a.yaml'],
    ['C:\\models\\a.yaml', 'file:///C:/models/a.yaml'],
  ])('the place %s is the URI %s', (file, uri) => {
    const problems: ShownProblem[] = [{ severity: 'error', rule: 'unknown-field', message: 'unknown field', file }]
    expect(formatSarif([{ kind: 'Lint', files: [file], workspaces: [], problems }])).toContain(`"uri": "${uri}"`)
  })
})

describe('JUnit', () => {
  it('a case per finding, and one for a file without; errors fail it, warnings are said', () => {
    expect(formatJunit([RESULT])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="0">
  <testsuite name="kaito lint" tests="3" failures="1" errors="0">
    <testcase classname="kaito.lint" name="my models/a.yaml:7:3 unknown-field" file="my models/a.yaml" line="7">
      <failure type="unknown-field" message="resource.instanceTyp: unknown field · Fix: did you mean instanceType?">my models/a.yaml:7:3: resource.instanceTyp: unknown field · Fix: did you mean instanceType? [unknown-field]</failure>
    </testcase>
    <testcase classname="kaito.lint" name="b.yaml ignored" file="b.yaml">
      <system-out>b.yaml: a &lt; b &amp; &quot;c&quot;\u{fffd} [ignored]</system-out>
    </testcase>
    <testcase classname="kaito.lint" name="clean.yaml" file="clean.yaml"/>
  </testsuite>
</testsuites>
`)
  })
})
