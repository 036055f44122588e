/**
 * kill -9 at one request of a deploy or a delete: then the same command again must converge, to one pool and no stuck lock,
 * or to nothing left.
 */
import type { ChildProcess } from 'node:child_process'
import { expect } from 'vitest'
import { eventually } from '../cluster/suite/bed.ts'
import type { Interceptor } from '../cluster/suite/interceptor.ts'
import type { Run, RunOptions } from '../support/run-kaito.ts'
import { armPoint, firstChange, recordPoints, type When } from './kill-points.ts'

/** A cluster and a cloud in which nobody else changes anything. */
export interface World {
  interceptor: Interceptor
  run(args: readonly string[]): Promise<Run>
  /** The same by way of the interceptor. */
  intercepted(args: readonly string[], options?: RunOptions): Promise<Run>
  /** Names of all that is there, pools, nodes and objects, and their versions where they have some. */
  stored(): Promise<Stored>
  pools(): Promise<string[]>
}
type Stored = Readonly<Record<string, string>>

const COMMANDS = {
  deploy: ['deploy', 'mistral-7b', '--yes', '-o', 'json'],
  // One that was killed after its last request has left nothing.
  delete: ['delete', 'mistral-7b', '--yes', '--ignore-not-found'],
} as const
type Verb = keyof typeof COMMANDS

export interface Point {
  verb: Verb
  when: When
  at: string
}

export interface Sweep {
  /** The workspace is there as a deploy leaves it. Undefined: something went wrong, and nobody knows. */
  isDeployed: boolean | undefined
  /** From one run of each command that nobody disturbs. */
  findPoints(): Promise<Point[]>
  /** False when the run never came by. */
  killAt(point: Point): Promise<boolean>
  /** Deletes what is there, and fails when something is left. */
  finish(): Promise<void>
}

/** What is read again and again until something is so, another run may read less often. */
const TRIES = 3

/** Each kill goes on with what the one before has left, which costs half as much as beginning anew. */
export async function startSweep(world: World): Promise<Sweep> {
  const empty = { names: Object.keys(await world.stored()), pools: (await world.pools()).length }
  const sweep: Sweep = { isDeployed: false, findPoints, killAt, finish: () => run('delete', 'at the end') }
  let last = 'nothing'

  async function run(verb: Verb, why: string): Promise<void> {
    sweep.isDeployed = undefined
    const done = await world.run(COMMANDS[verb])
    expect(done, `${why}; before that: ${last}; ${done.stderr}`).toMatchObject({ code: 0 })
    await expectDone(verb, why)
  }

  async function expectDone(verb: Verb, why: string): Promise<void> {
    if (verb === 'delete') {
      const isEmpty = async () => Object.keys(await world.stored()).join() === empty.names.join()
      await eventually(isEmpty, 'all is as before').catch(() => undefined)
      expect(Object.keys(await world.stored()), `${why}; before that: ${last}`).toEqual(empty.names)
    } else {
      expect((await world.pools()).length, `pools; ${why}; before that: ${last}`).toBe(empty.pools + 1)
    }
    sweep.isDeployed = verb === 'deploy'
  }

  async function begin(verb: Verb): Promise<Stored> {
    const wanted = verb === 'delete'
    if (sweep.isDeployed !== wanted) await run(wanted ? 'deploy' : 'delete', `to begin a ${verb}`)
    return world.stored()
  }

  async function findPoints(): Promise<Point[]> {
    const found: Record<Verb, string[]> = { deploy: [], delete: [] }
    for (const verb of ['deploy', 'delete'] as const) {
      await begin(verb)
      const stop = recordPoints(world.interceptor)
      const done = await world.intercepted(COMMANDS[verb])
      found[verb] = stop()
      expect(done, done.stderr).toMatchObject({ code: 0 })
      await expectDone(verb, 'undisturbed')
    }
    return inGoodOrder(found)
  }

  async function killAt(point: Point): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await begin(point.verb)
      const name = nameOf(point)
      if (!(await runAndKill(world, COMMANDS[point.verb], point))) {
        await expectDone(point.verb, `ran to its end past ${name}`)
        continue
      }
      // What left nothing behind goes on as if it had never run.
      if (!isSame(before, await world.stored())) await run(point.verb, `the same again, ${name}`)
      last = name
      return true
    }
    return false
  }

  return sweep
}

export function nameOf({ verb, when, at }: Point): string {
  return `killed ${when} ${at} of ${verb}`
}

/** False when it ran to its end and never came by. */
export async function runAndKill(
  world: World,
  command: readonly string[],
  { when, at }: Pick<Point, 'when' | 'at'>,
): Promise<boolean> {
  let child: ChildProcess | undefined
  const isStruck = armPoint(world.interceptor, at, when, () => child?.kill('SIGKILL'))
  const run = await world.intercepted(command, {
    onStart(started) {
      child = started
    },
  })
  const isKilled = isStruck()
  expect(run, `${when} ${at}; ${run.stderr}`).toMatchObject(isKilled ? { signal: 'SIGKILL' } : { code: 0 })
  return isKilled
}

/** First what changes nothing; then deploy and delete in turn, so that one finds what it needs where the other has ended. */
function inGoodOrder(found: Record<Verb, readonly string[]>): Point[] {
  const ends = (verb: Verb, points: readonly string[]): Point[] =>
    points.flatMap((at) => [{ verb, when: 'before', at } as const, { verb, when: 'after', at } as const])
  const { deploy, delete: remove } = found
  const [applied, removed] = [firstChange(deploy), firstChange(remove)]
  const [making, taking] = [ends('deploy', deploy.slice(applied)), ends('delete', remove.slice(removed))]
  const inTurn = Array.from({ length: Math.max(making.length, taking.length) }, (_, index) => [
    making[index],
    taking[index],
  ])
  return [
    ...ends('deploy', deploy.slice(0, applied)),
    ...inTurn.flat().filter((point) => point !== undefined),
    ...ends('delete', remove.slice(0, removed)),
  ]
}

function isSame(one: Stored, other: Stored): boolean {
  const names = Object.keys({ ...one, ...other })
  return names.every((name) => one[name] === other[name])
}
