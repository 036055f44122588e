/**
 * Failures, scheduling and updates on the real node. Two processors take most of a minute to start an engine: each commit
 * goes through the walk and a quarter of these, and `npm run sweep` through all.
 */
import { describe, it } from 'vitest'
import { sampleOf } from '../../sweep/sample.ts'
import { useOwnNamespaces } from './failing.ts'
import { BEFORE_THE_ENGINE, OF_THE_ENGINE } from './failures.ts'
import type { Cases, Journeys } from './journey.ts'
import { SCHEDULING } from './scheduling.ts'
import { UPDATES } from './updates.ts'

const SHARE = 4

type Journey = readonly [name: string, tests: () => void]

function alone(of: string, cases: Cases): Journey[] {
  return Object.entries(cases).map(([name, ends]) => [
    `${of}: ${name}`,
    () =>
      describe(of, () => {
        useOwnNamespaces()
        it(name, ends)
      }),
  ])
}

function together(of: string, journeys: Journeys): Journey[] {
  return Object.entries(journeys).map(([name, tests]) => [`${of}: ${name}`, () => describe(of, tests)])
}

/** The long ones first, so that no commit meets two of them. */
const JOURNEYS: readonly Journey[] = [
  ...together('a workspace that serves', UPDATES),
  ...alone('the engine fails', OF_THE_ENGINE),
  ...alone('no node takes it', SCHEDULING),
  ...alone('it fails before the engine', BEFORE_THE_ENGINE),
]

const { cases, left, says } = sampleOf('journeys on the real node', JOURNEYS, SHARE)
process.stdout.write(`${says}\n${left.map(([name]) => `  left to another commit: ${name}\n`).join('')}`)

for (const [, tests] of cases) tests()
