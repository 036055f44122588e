// Adds up vitest's JSON reports. usage: count.mjs DIR BROKEN_STEPS; exit 1 when anything failed or nothing ran.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [dir, brokenSteps] = process.argv.slice(2)
const totals = { passed: 0, failed: 0, other: 0 }
for (const name of readdirSync(dir).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(dir, name), 'utf8'))
  totals.passed += report.numPassedTests
  totals.failed += report.numFailedTests + (report.numFailedTests === 0 && !report.success ? 1 : 0)
  totals.other += report.numPendingTests + (report.numTodoTests ?? 0)
}
if (totals.other > 0) console.log(`${totals.other} tests were skipped: that counts as failure here`)
const failed = totals.failed + totals.other + (totals.failed === 0 ? Number(brokenSteps) : 0)
console.log(`${totals.passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || totals.passed === 0 ? 1 : 0
