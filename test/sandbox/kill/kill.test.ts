/** kill -9 at every request of a deploy and of a delete, before and after it is committed. All of them, always. */
import { afterAll, describe, expect, it } from 'vitest'
import { nameOf, type Sweep, startSweep } from '../../sweep/kill.ts'
import { interceptedSandbox, type SandboxWorld } from './intercepted.ts'

/** A point that is named and then not met is one that nobody was killed at. */
const MISSED_AT_MOST = 0.05
/** Three kills and what follows each, five side by side. */
const LONGEST_MS = 300_000

interface Lane extends Sweep {
  world: SandboxWorld
}
async function openLane(): Promise<Lane> {
  const world = await interceptedSandbox()
  return Object.assign(await startSweep(world), { world })
}

const first = await openLane()
const points = await first.findPoints()
/** As many sandboxes as tests run side by side. */
const free: Lane[] = [first]
const missed: string[] = []

/** Where the command finds what it needs, if there is one. */
async function takeLane(isDeployed: boolean): Promise<Lane> {
  const index = free.findIndex((lane) => lane.isDeployed === isDeployed)
  return free.splice(index === -1 ? 0 : index, 1)[0] ?? openLane()
}

afterAll(async () => {
  await Promise.all(free.map(({ world }) => world.end()))
})

describe.concurrent('kill -9: the same command again converges', { timeout: LONGEST_MS }, () => {
  for (const point of points)
    it(nameOf(point), async () => {
      const lane = await takeLane(point.verb === 'delete')
      try {
        if (!(await lane.killAt(point))) missed.push(nameOf(point))
      } catch (error) {
        await lane.world.end()
        throw error
      }
      free.push(lane)
    })
})

describe('the sweep', () => {
  it('went through nearly all the requests that it knew of', () => {
    process.stdout.write(`${points.length} kill points of the sandbox, ${missed.length} not met again\n`)
    for (const name of missed) process.stdout.write(`  ${name}\n`)
    expect(points.length).toBeGreaterThan(200)
    expect(missed.length).toBeLessThanOrEqual(points.length * MISSED_AT_MOST)
  })
})
