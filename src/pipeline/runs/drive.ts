/** Pass after pass over the steps of a run, woken by watches, until all are done, or one is hopeless or out of time. */

import { judgedAgainAt, type Snapshot } from '#core/status/snapshot.ts'
import type { Standing, StepName } from '#core/status/standing.ts'
import type { Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { actOn, isOver, judgeSteps, type Standings } from '../reconcile.ts'
import type { Learned, Seen, Step } from '../steps/step.ts'
import { timeOf } from '../time/pace.ts'
import { untilChange } from '../time/until.ts'
import { createPhases, type Phases } from './phases.ts'
import { createTimes, type Times } from './step-times.ts'

/** How far a run has come: whoever begins it can tell what it leaves behind. */
export interface Course {
  learned: Learned
  /** Steps that were acted on. */
  readonly begun: Set<StepName>
}

export function newCourse(): Course {
  return { learned: {}, begun: new Set() }
}

export interface Way {
  look(): Promise<Snapshot>
  /** Absent: nothing of what is seen changes by itself. */
  watches?: Watches
  course?: Course
}

interface Run extends Way {
  course: Course
  steps: readonly Step[]
  opened: Set<Step>
  done: Set<StepName>
  phases: Phases
  times: Times
  tell: (standings: Standings, seen: Seen) => void
}

/** What was seen when all was done. */
export async function drive(steps: readonly Step[], way: Way, ports: Ports): Promise<Seen> {
  const done = new Set<StepName>()
  const run: Run = {
    ...way,
    steps,
    course: way.course ?? newCourse(),
    opened: new Set(steps.filter(({ kinds = [] }) => kinds.length === 0)),
    done,
    phases: createPhases(steps, ports),
    times: createTimes(ports),
    tell: createTeller(steps, done, ports),
  }
  try {
    for (;;) {
      const change = way.watches?.changed() ?? new Promise<never>(() => undefined)
      change.catch(() => undefined)
      const pass = await passOver(run, ports)
      if ('over' in pass) return pass.over
      if ('until' in pass) await waitOn(run, change, pass.until, ports)
    }
  } finally {
    await run.phases.close()
  }
}

/** Over with what was seen last, to be waited for, or else to be made again at once. */
type Pass = { over: Seen } | { until: Ends } | { again: true }
type Ends = readonly (Date | undefined)[]

async function passOver(run: Run, ports: Ports): Promise<Pass> {
  const { steps, course, opened, done, phases, times } = run
  const seen: Seen = { ...(await run.look()), learned: course.learned }
  ports.signal.throwIfAborted()
  const now = timeOf(ports)
  const { standings, blind } = judgeSteps(steps, seen, done, (step) => opened.has(step), now)
  // What was seen last of a phase belongs before its end.
  run.tell(standings, seen)
  for (const [name, { is }] of standings) if (is === 'done') done.add(name)
  await phases.follow([...standings.keys(), ...blind.map(({ name }) => name)], done)
  if (blind.length > 0) return openEyes(blind, run)
  if (steps.every(({ name }) => standings.get(name)?.is === 'done')) return { over: seen }
  const ends = times.endsOf(standings, now)
  const end = ends.find(({ at }) => at <= now)
  if (end !== undefined) throw end.error
  const asks = times.asksOf(standings)
  // What is due is done before anything is looked at again.
  const due = steps.filter(({ name }) => standings.get(name)?.is === 'due')
  const acting = due.length > 0 ? due : steps.filter(({ name }) => isToAsk(asks.get(name), now))
  if (acting.length === 0) return { until: [...ends.map(({ at }) => at), ...asks.values(), judgedAgainAt(seen, now)] }
  for (const { name } of due) course.begun.add(name)
  await actOn(acting, standings, seen, (step, learned) => learn(step, learned, due.includes(step), run), now, ports)
  return { again: true }
}

/** What has yet to change is watched by what it is judged by. */
function waitOn(
  { steps, opened, done, watches }: Run,
  change: Promise<void>,
  until: Ends,
  ports: Ports,
): Promise<void> {
  const waiting = steps.filter((step) => opened.has(step) && !isOver(step, done))
  watches?.follow(waiting.flatMap(({ kinds = [] }) => kinds))
  return untilChange(change, until, ports)
}

function isToAsk(askAt: Date | undefined, now: Date): boolean {
  return askAt !== undefined && askAt <= now
}

function learn({ name }: Step, { stored = [], ...learned }: Learned, hasActed: boolean, run: Run): void {
  const { course, watches, times } = run
  const pools = { ...course.learned.pools, ...learned.pools }
  const acted = [...(course.learned.acted ?? []), ...(hasActed ? [name] : [])]
  course.learned = { ...course.learned, ...learned, pools, acted }
  for (const object of stored) watches?.memory.learnStored(object)
  times.looked(name)
}

/** What the steps are judged by is watched from now on. */
async function openEyes(blind: readonly Step[], { watches, opened }: Run): Promise<Pass> {
  for (const step of blind) {
    const { kinds = [], mayMiss = [] } = step
    await watches?.open(...kinds)
    const refusal = kinds.filter((id) => !mayMiss.includes(id)).map((id) => watches?.memory.refusalOf(id))
    for (const error of refusal) if (error !== undefined) throw error
    opened.add(step)
  }
  return { again: true }
}

/** What each step has to say, until it is done. */
function createTeller(steps: readonly Step[], done: ReadonlySet<StepName>, ports: Ports): Run['tell'] {
  const told = new Map<StepName, { seen: Seen; words: string }>()
  return (standings, seen) => {
    for (const step of steps) {
      const [standing, before] = [standings.get(step.name), told.get(step.name)]
      if (standing === undefined || isOver(step, done)) continue
      step.tell?.(before?.seen, seen, ports)
      const words = wordsOf(standing)
      if (words !== '' && words !== before?.words) step.say?.(words, seen, ports)
      told.set(step.name, { seen, words })
    }
  }
}

function wordsOf(standing: Standing): string {
  if (standing.is === 'moving') return standing.says
  return standing.is === 'hopeless' ? standing.error.message : ''
}
