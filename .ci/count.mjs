// Adds up vitest's JSON reports. usage: count.mjs DIR BROKEN_STEPS SECONDS; exit 1 when anything failed, nothing ran, or it
// took too long. What failed is named last, where a reader of a cut log finds it; before the last line, where the time went.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const LINES_OF_A_FAILURE = 25
/** A run should take no longer. */
const BUDGET_MINUTES = 60
/** Past this it is a failure by itself. */
const LIMIT_MINUTES = 85

const [dir, brokenSteps, took] = process.argv.slice(2)
const seconds = Number(took)
const totals = { passed: 0, failed: 0, other: 0 }

function tell(name, message) {
  console.log(`FAILED ${name}`)
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES_OF_A_FAILURE)
  for (const line of lines) console.log(`  ${line}`)
}

function addUp(name) {
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

function tellSteps() {
  const file = join(dir, 'steps.tsv')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const steps = lines.map((line) => line.split('\t')).map(([name, took, how]) => ({ name, took: Number(took), how }))
  const width = Math.max(...steps.map(({ name }) => name.length), 0)
  for (const { name, took, how } of steps) console.log(`${name.padEnd(width)}  ${String(took).padStart(5)} s  ${how}`)
  console.log(`${'in all'.padEnd(width)}  ${took.padStart(5)} s  of ${BUDGET_MINUTES * 60}`)
  if (seconds <= BUDGET_MINUTES * 60) return
  const slowest = steps
    .filter(({ how }) => how !== 'meanwhile')
    .toSorted((a, b) => b.took - a.took)
    .slice(0, 3)
  console.log(`OVER: the slowest steps were ${slowest.map(({ name, took }) => `${name} (${took} s)`).join(', ')}`)
}

for (const name of readdirSync(dir).filter((file) => file.endsWith('.json'))) addUp(name)
if (totals.other > 0) console.log(`${totals.other} tests were skipped: that counts as failure here`)
const isTooLong = seconds > LIMIT_MINUTES * 60
if (isTooLong) console.log(`FAILED: it took more than ${LIMIT_MINUTES} minutes`)
tellSteps()
const failed = totals.failed + totals.other + (totals.failed === 0 ? Number(brokenSteps) : 0) + (isTooLong ? 1 : 0)
console.log(`${totals.passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || totals.passed === 0 ? 1 : 0
