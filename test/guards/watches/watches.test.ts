/** Whatever becomes of the watches: a deploy and a delete change what they change without it, each of it once, in the same order. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startRecorder } from '../calls/recorder.ts'
import { killPointsOf } from '../calls/request-name.ts'
import { happen, type Mishap, mishaps } from './chaos.ts'

const FIXTURE = new URL('../../fixtures/guards/calls.json', import.meta.url)
const { killPoints } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { killPoints: Record<string, string[]> }

/** Fast, but slow enough for events to come one after the other. */
const SPEED = 2_000
/** What waits has the time for what happens. */
const PATIENT = { KAITO_TEST_PACE: '2' }
const RUNS = 8
const MOST_MS = 600_000

it(
  'late, broken off, repeated, mixed up or expired: no write twice',
  async () => {
    const recorder = await startRecorder(undefined, SPEED)
    let struck = 0
    const changesOf = async (all: readonly Mishap[], ...args: string[]): Promise<string[]> => {
      const happening = happen(all)
      const requests = await recorder.recordUnder(happening, PATIENT, ...args)
      struck += happening.struck()
      return killPointsOf(requests)
    }
    const property = fc.asyncProperty(mishaps, mishaps, async (whileDeploying, whileDeleting) => {
      expect(await changesOf(whileDeploying, 'deploy', 'mistral-7b', '--yes')).toEqual(killPoints['deploy, fresh'])
      expect(await changesOf(whileDeleting, 'delete', 'mistral-7b', '--yes')).toEqual(killPoints['delete'])
    })
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true }).finally(recorder.end)
    expect(struck, 'something has happened to watches').toBeGreaterThan(RUNS)
  },
  MOST_MS,
)
