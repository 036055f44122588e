/** Findings as SARIF and JUnit, as code scanning and test reports read them. */
import { describe, expect, it } from 'vitest'
import type { LintResult } from '#core/results.ts'
import { formatJunit, formatSarif } from '#ui/lint-reports.ts'

const RESULT: LintResult = {
  kind: 'Lint',
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
})

describe('JUnit', () => {
  it('a case per file; errors fail it, warnings are said', () => {
    expect(formatJunit([RESULT])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0">
  <testsuite name="kaito lint" tests="2" failures="1" errors="0">
    <testcase classname="kaito.lint" name="b.yaml" file="b.yaml">
      <system-out>b.yaml: a &lt; b &amp; &quot;c&quot;\u{fffd} [ignored]</system-out>
    </testcase>
    <testcase classname="kaito.lint" name="my models/a.yaml" file="my models/a.yaml">
      <failure type="unknown-field" message="resource.instanceTyp: unknown field · Fix: did you mean instanceType?">my models/a.yaml:7:3: resource.instanceTyp: unknown field · Fix: did you mean instanceType? [unknown-field]</failure>
    </testcase>
  </testsuite>
</testsuites>
`)
  })

  it('a clean file is a case that passed', () => {
    const text = formatJunit([{ kind: 'Lint', workspaces: ['mistral-7b'], problems: [] }])
    expect(text).toContain('<testcase classname="kaito.lint" name="mistral-7b"/>')
    expect(text).toContain('tests="1" failures="0"')
  })
})
