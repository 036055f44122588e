/**
 * States that were recorded of an API server, a cloud and an engine, shown to the built program again: each command says of
 * each what 0.1.0 said, and all of them say the same (test/fixtures/guards/README.md).
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disagreements } from './agreement.ts'
import { openPool } from './cli.ts'
import { readState, stateNames } from './state.ts'
import { type Verdicts, verdictsOn } from './verdict.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/guards/${name}`, import.meta.url), 'utf8'))
const recorded = read('verdicts.json') as Record<string, Verdicts>
/** Where 0.1.0 contradicts itself. What is mended is taken out here. */
const known = read('disagreements.json') as Record<string, string[]>

let pool: ReturnType<typeof openPool>
beforeAll(() => {
  pool = openPool(6)
})
afterAll(() => pool.close())

it('there are at least 40 states, and all of them were judged', () => {
  expect(stateNames().length).toBeGreaterThanOrEqual(40)
  expect(Object.keys(recorded).sort()).toEqual(stateNames())
})

describe.concurrent.each(stateNames())('%s', (name) => {
  it(readState(name).about, async ({ expect }) => {
    const verdicts = await pool.with((cli) => verdictsOn(name, cli))
    expect(verdicts).toEqual(recorded[name])
    expect(disagreements(verdicts)).toEqual(known[name] ?? [])
  })
})
