/**
 * kill -9 at each request of a deploy that moves to another machine, and of the one back. The same command again ends with one pool, and
 * somebody serves all the while; so does a deploy that goes back, and a delete takes whatever there is.
 */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { interceptedSandbox } from './intercepted.ts'
import { killInRounds, runWell } from './rounds.ts'

const WAYS = [
  { to: 'Standard_NC24ads_A100_v4', usdPerHour: 3.673 },
  { to: 'Standard_NV36ads_A10_v5', usdPerHour: 3.2 },
] as const
type Way = (typeof WAYS)[number]

/** What is done about a killed run, one after the other. */
const AFTERWARDS = ['on', 'back', 'on', 'delete'] as const

const world = await interceptedSandbox()
const commandOf = ({ to }: Way): string[] => ['deploy', 'mistral-7b', '--instance-type', to, '--yes', '-o', 'json']

interface CloudFile {
  pools: Record<string, { properties: { vmSize: string; count: number }; instances?: number[] }>
}

/** Machines of each pool that is billed, by their type. */
function billed(): Record<string, number> {
  const { pools } = JSON.parse(readFileSync(world.cloudFile, 'utf8')) as CloudFile
  const own = Object.entries(pools).filter(([name]) => name !== 'system')
  return Object.fromEntries(own.map(([, { properties, instances }]) => [properties.vmSize, instances?.length ?? 0]))
}

interface Status {
  phase: string
  usdPerHour: number
  replicas: object
  leaving?: object[]
}

async function status(): Promise<Status | undefined> {
  const { stdout } = await world.run(['status', 'mistral-7b', '-o', 'json'])
  return (JSON.parse(stdout) as { workspaces: Status[] }).workspaces[0]
}

async function expectMoved(way: Way, why: string): Promise<void> {
  expect(billed(), `machines; ${why}`).toEqual({ [way.to]: 1 })
  const now = await status()
  expect(now, why).toMatchObject({ phase: 'Ready', replicas: { wanted: 1, ready: 1 } })
  expect(now?.usdPerHour, `price; ${why}`).toBeCloseTo(way.usdPerHour)
  expect(now?.leaving, why).toBeUndefined()
  const nodes = Object.keys(await world.stored()).filter((name) => name.startsWith('aks-mistr'))
  expect(nodes, `nodes; ${why}`).toHaveLength(1)
}

async function goBack(way: Way, why: string): Promise<void> {
  const from = WAYS.find(({ to }) => to !== way.to) ?? way
  await runWell(world, commandOf(from), why)
  await expectMoved(from, why)
}

async function takeAway(why: string): Promise<void> {
  await runWell(world, ['delete', 'mistral-7b', '--yes'], why)
  expect(billed(), `machines; ${why}`).toEqual({})
}

/** Somebody serves: the old pods, or the new ones. Then it goes on, or back, or is deleted. */
async function afterKill(way: Way, killed: string, nth: number): Promise<void> {
  const afterwards = AFTERWARDS[nth % AFTERWARDS.length]
  const why = `${killed}, then ${afterwards}`
  expect(await status(), why).toMatchObject({
    replicas: { wanted: 1, ready: expect.toSatisfy((n: number) => n > 0) },
  })
  if (afterwards === 'back') await goBack(way, why)
  if (afterwards === 'delete') await takeAway(why)
}

await killInRounds<Way>(world, {
  title: 'kill -9 on the way to another machine: the same command again ends there',
  doing: 'moving',
  round: 'there and back',
  ways: WAYS,
  nameOf: ({ to }) => `to ${to}`,
  commandOf,
  expectDone: expectMoved,
  afterKill,
})
