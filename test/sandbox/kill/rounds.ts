/** Commands that follow one another in a circle, each killed at each of its requests: one place of each in a round. */
import { afterAll, describe, expect, it } from 'vitest'
import { runAndKill } from '../../sweep/kill.ts'
import { firstChange, recordPoints, type When } from '../../sweep/kill-points.ts'
import type { SandboxWorld } from './intercepted.ts'

/** A point that is named and then not met is one that nobody was killed at. */
const MISSED_AT_MOST = 0.1
const LONGEST_MS = 300_000
/** In CI each third round; all of them with KAITO_SWEEP. */
const EVERY = process.env['KAITO_SWEEP'] === 'all' ? 1 : 3

export interface Circle<Way> {
  title: string
  /** What is done in it, in the count that is printed: `scaling`. */
  doing: string
  /** A round, in short. */
  round: string
  /** Each from the state in which the one before leaves it; the first from that of a first deploy, which the last leaves again. */
  ways: readonly Way[]
  nameOf(way: Way): string
  commandOf(way: Way): string[]
  /** Of a run that was not disturbed, and of one that went on after a kill. */
  expectDone(way: Way, why: string): Promise<void>
  /** What is looked at, or done, between a kill and the same command again. */
  afterKill?(way: Way, why: string, nth: number): Promise<void>
}

interface Point {
  at: string
  when: When
}

/** @throws an assertion, where the command does not end with 0. */
export async function runWell(world: SandboxWorld, command: string[], why: string): Promise<void> {
  const done = await world.run(command)
  expect(done, `${why}; ${done.stderr}`).toMatchObject({ code: 0 })
}

/** Where a run that is not disturbed can be killed. */
async function pointsOf<Way>(world: SandboxWorld, circle: Circle<Way>, way: Way): Promise<Point[]> {
  const stop = recordPoints(world.interceptor)
  const done = await world.intercepted(circle.commandOf(way))
  const points = stop()
  expect(done, done.stderr).toMatchObject({ code: 0 })
  await circle.expectDone(way, 'undisturbed')
  // What comes before the first change leaves nothing; one of it is enough.
  const telling = points.slice(Math.max(0, firstChange(points) - 1))
  return telling.flatMap((at) => (['before', 'after'] as const).map((when) => ({ at, when })))
}

/** Deploys, goes round once to see the places, and declares the tests. */
export async function killInRounds<Way>(world: SandboxWorld, circle: Circle<Way>): Promise<void> {
  await runWell(world, ['deploy', 'mistral-7b', '--yes'], 'first')
  const all: { way: Way; points: Point[] }[] = []
  for (const way of circle.ways) all.push({ way, points: await pointsOf(world, circle, way) })
  const rounds = Math.max(...all.map(({ points }) => points.length))
  const missed: string[] = []
  let killed = 0

  async function killAndGoOn(way: Way, point: Point, nth: number): Promise<void> {
    const why = `${circle.nameOf(way)}, killed ${point.when} ${point.at}`
    if (await runAndKill(world, circle.commandOf(way), point)) {
      killed += 1
      await circle.afterKill?.(way, why, nth)
      await runWell(world, circle.commandOf(way), why)
    } else {
      missed.push(why)
    }
    await circle.expectDone(way, why)
  }

  afterAll(() => world.end())

  describe(circle.title, { timeout: LONGEST_MS }, () => {
    for (let round = 0; round < rounds; round += EVERY)
      it(`round ${round + 1} of ${rounds}: ${circle.round}`, async () => {
        for (const { way, points } of all) {
          const point = points[round]
          if (point === undefined) await runWell(world, circle.commandOf(way), circle.nameOf(way))
          else await killAndGoOn(way, point, round / EVERY)
        }
      })

    it('went through nearly all that it knew of', () => {
      process.stdout.write(`${killed} kills while ${circle.doing}, ${missed.length} points not met again\n`)
      for (const name of missed) process.stdout.write(`  ${name}\n`)
      expect(missed.length).toBeLessThanOrEqual((killed + missed.length) * MISSED_AT_MOST)
    })
  })
}
