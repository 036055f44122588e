/**
 * How often a command asks the API server and the cloud, and what it changes in which order: compared with what was
 * recorded of 0.1.0 (test/fixtures/guards/README.md).
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Recorded, SERIES } from './commands.ts'
import { grown, tableOf, total } from './table.ts'

const FIXTURE = new URL('../../fixtures/guards/calls.json', import.meta.url)
const before = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Recorded
/** On a machine that does much else. */
const MOST_MS = 600_000
const now: Recorded = { requests: {}, killPoints: {} }

describe.concurrent.each(Object.entries(SERIES))('the requests of %s', (_what, record) => {
  it('can be counted', () => record(now), MOST_MS)
})

describe('compared with 0.1.0', () => {
  const commands = Object.keys(before.requests)

  it('as a table', () => {
    const rows = commands.map((command) => ({
      command,
      before: before.requests[command] ?? {},
      now: now.requests[command] ?? {},
    }))
    process.stdout.write(`\n${tableOf(rows)}\n`)
    expect(Object.keys(now.requests).sort()).toEqual(commands.sort())
  })

  it.each(commands)('%s: no more requests than before', (command) => {
    const [then, counts] = [before.requests[command] ?? {}, now.requests[command] ?? {}]
    const known = before.known?.[command]
    expect(total(counts), grown(then, counts).join('; ')).toBeLessThanOrEqual(known ?? total(then))
    if (known !== undefined)
      expect(total(counts), 'no longer more: take it out of `known`').toBeGreaterThan(total(then))
  })

  it.each(Object.entries(before.killPoints))('%s: the same changes in the same order', (command, points) => {
    expect(now.killPoints[command]).toEqual(points)
  })
})
