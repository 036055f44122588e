/** kill -9 at each request of `scale`, up, down, to 0 and up again: the same command again ends with what was asked, and bills for it once. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { runAndKill } from '../../sweep/kill.ts'
import { firstChange, recordPoints, type When } from '../../sweep/kill-points.ts'
import { interceptedSandbox } from './intercepted.ts'

/** A point that is named and then not met is one that nobody was killed at. */
const MISSED_AT_MOST = 0.1
const LONGEST_MS = 300_000
/** In CI each third round; all of them with KAITO_SWEEP. */
const EVERY = process.env['KAITO_SWEEP'] === 'all' ? 1 : 3

/** From the state in which the one before leaves it. */
const WAYS = [
  { from: 1, to: 3 },
  { from: 3, to: 1 },
  { from: 1, to: 0 },
  { from: 0, to: 1 },
] as const
type Way = (typeof WAYS)[number]

const world = await interceptedSandbox()
const commandOf = ({ to }: Way): string[] => ['scale', 'mistral-7b', '--replicas', String(to), '--yes', '-o', 'json']

interface CloudFile {
  pools: Record<string, { properties: { count: number }; instances?: number[] }>
  operations: Record<string, { kind: string; status: string }>
}

function gpuPool(): CloudFile['pools'][string] | undefined {
  const { pools } = JSON.parse(readFileSync(world.cloudFile, 'utf8')) as CloudFile
  return Object.entries(pools).find(([name]) => name !== 'system')?.[1]
}

async function expectScaled(way: Way, why: string): Promise<void> {
  const pool = gpuPool()
  expect(pool?.instances, `machines; ${why}`).toHaveLength(way.to)
  expect(pool?.properties.count, `count; ${why}`).toBe(way.to)
  const { stdout } = await world.run(['status', 'mistral-7b', '-o', 'json'])
  const [workspace] = (JSON.parse(stdout) as { workspaces: { usdPerHour: number; replicas: object }[] }).workspaces
  expect(workspace?.usdPerHour, `price; ${why}`).toBeCloseTo(3.2 * way.to)
  expect(workspace?.replicas, why).toEqual({ wanted: way.to, ready: way.to })
  const nodes = Object.keys(await world.stored()).filter((name) => name.startsWith('aks-mistr'))
  expect(nodes, `nodes; ${why}`).toHaveLength(way.to)
}

async function scaleOnce(way: Way): Promise<string[]> {
  const stop = recordPoints(world.interceptor)
  const done = await world.intercepted(commandOf(way))
  const points = stop()
  expect(done, done.stderr).toMatchObject({ code: 0 })
  await expectScaled(way, 'undisturbed')
  // What comes before the first change leaves nothing; one of it is enough.
  return points.slice(Math.max(0, firstChange(points) - 1))
}

const up = await world.run(['deploy', 'mistral-7b', '--yes'])
if (up.code !== 0) throw new Error(up.stderr)
const pointsOf = new Map<Way, { at: string; when: When }[]>()
for (const way of WAYS) {
  const points = await scaleOnce(way)
  pointsOf.set(
    way,
    points.flatMap((at) => (['before', 'after'] as const).map((when) => ({ at, when }))),
  )
}
const rounds = Math.max(...[...pointsOf.values()].map(({ length }) => length))
const missed: string[] = []
let killed = 0

/** Then the same command again. */
async function killAndGoOn(way: Way, point: { at: string; when: When }): Promise<void> {
  const why = `${way.from} → ${way.to}, killed ${point.when} ${point.at}`
  if (await runAndKill(world, commandOf(way), point)) {
    killed += 1
    const again = await world.run(commandOf(way))
    expect(again, `${why}; ${again.stderr}`).toMatchObject({ code: 0 })
  } else {
    missed.push(why)
  }
  await expectScaled(way, why)
}

afterAll(() => world.end())

describe('kill -9 while it is scaled: the same command again ends with what was asked', { timeout: LONGEST_MS }, () => {
  for (let round = 0; round < rounds; round += EVERY)
    it(`round ${round + 1} of ${rounds}: 1 → 3 → 1 → 0 → 1`, async () => {
      for (const way of WAYS) {
        const points = pointsOf.get(way) ?? []
        const point = points[round]
        if (point === undefined) expect((await world.run(commandOf(way))).code).toBe(0)
        else await killAndGoOn(way, point)
      }
    })

  it('went through nearly all that it knew of', () => {
    process.stdout.write(`${killed} kills while scaling, ${missed.length} points not met again\n`)
    for (const name of missed) process.stdout.write(`  ${name}\n`)
    expect(missed.length).toBeLessThanOrEqual((killed + missed.length) * MISSED_AT_MOST)
  })
})
