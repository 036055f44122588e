/** Records what calls.test.ts compares with, of the build that is there: `node test/guards/calls/record.ts [TIMES]`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type Recorded, SERIES } from './commands.ts'
import type { Counts } from './table.ts'

const FIXTURE = new URL('../../fixtures/guards/calls.json', import.meta.url)

/** A watch may have ended before it was asked for: of several recordings the most that came. */
function merged(one: Counts = {}, other: Counts = {}): Counts {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()
  return Object.fromEntries(names.map((name) => [name, Math.max(one[name] ?? 0, other[name] ?? 0)]))
}

for (let times = Number(process.argv[2] ?? 1); times > 0; times -= 1) {
  const before = existsSync(FIXTURE) ? (JSON.parse(readFileSync(FIXTURE, 'utf8')) as Recorded) : undefined
  const now: Recorded = { requests: {}, killPoints: {} }
  for (const record of Object.values(SERIES)) await record(now)
  const requests = Object.fromEntries(
    Object.entries(now.requests).map(([command, counts]) => [command, merged(before?.requests[command], counts)]),
  )
  writeFileSync(FIXTURE, `${JSON.stringify({ requests, killPoints: now.killPoints }, null, 1)}\n`)
}
