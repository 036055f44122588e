/** kill -9 at each request of `scale`, up, down, to 0 and up again: the same command again ends with what was asked, and bills for it once. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { interceptedSandbox } from './intercepted.ts'
import { killInRounds } from './rounds.ts'

const WAYS = [
  { from: 1, to: 3 },
  { from: 3, to: 1 },
  { from: 1, to: 0 },
  { from: 0, to: 1 },
] as const
type Way = (typeof WAYS)[number]

const world = await interceptedSandbox()

interface CloudFile {
  pools: Record<string, { properties: { count: number }; instances?: number[] }>
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

await killInRounds<Way>(world, {
  title: 'kill -9 while it is scaled: the same command again ends with what was asked',
  doing: 'scaling',
  round: '1 → 3 → 1 → 0 → 1',
  ways: WAYS,
  nameOf: ({ from, to }) => `${from} → ${to}`,
  commandOf: ({ to }) => ['scale', 'mistral-7b', '--replicas', String(to), '--yes', '-o', 'json'],
  expectDone: expectScaled,
})
