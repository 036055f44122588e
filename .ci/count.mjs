// Adds up vitest's JSON reports. usage: count.mjs DIR BROKEN_STEPS; exit 1 when anything failed or nothing ran.
// What failed is named last, where a reader of a cut log finds it.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const LINES_OF_A_FAILURE = 25

const [dir, brokenSteps] = process.argv.slice(2)
const totals = { passed: 0, failed: 0, other: 0 }

function tell(name, message) {
  console.log(`FAILED ${name}`)
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES_OF_A_FAILURE)
  for (const line of lines) console.log(`  ${line}`)
}

for (const name of readdirSync(dir).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(dir, name), 'utf8'))
  const wordless = report.numFailedTests === 0 && !report.success
  totals.passed += report.numPassedTests
  totals.failed += report.numFailedTests + (wordless ? 1 : 0)
  totals.other += report.numPendingTests + (report.numTodoTests ?? 0)
  for (const file of report.testResults) {
    const path = relative(process.cwd(), file.name)
    if (file.status === 'failed' && file.message) tell(path, file.message)
    for (const test of file.assertionResults) {
      if (test.status === 'failed') tell(`${path} > ${test.fullName}`, test.failureMessages.join('\n'))
      else if (test.status !== 'passed') tell(`${path} > ${test.fullName}`, `was ${test.status}`)
    }
  }
  if (wordless) tell(name, 'the run failed, and no test did: an error outside of the tests; see the log above')
}
if (totals.other > 0) console.log(`${totals.other} tests were skipped: that counts as failure here`)
const failed = totals.failed + totals.other + (totals.failed === 0 ? Number(brokenSteps) : 0)
console.log(`${totals.passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || totals.passed === 0 ? 1 : 0
