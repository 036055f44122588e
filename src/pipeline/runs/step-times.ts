/** When a step is given up, and when it is to be looked at again: steps know spans, and a run knows when they began. */
import type { KaitoError } from '#core/errors.ts'
import type { Span, Standing, StepName } from '#core/status/standing.ts'
import type { Ports } from '../ports.ts'
import type { Standings } from '../reconcile.ts'
import { inPace, timeOf } from '../time/pace.ts'

/** However fast a sandbox lives: this process needs a moment to see what it did, and a watch one to begin again. */
const LEAST = { sureMs: 250, giveUpMs: 6_000, askMs: 250 }

interface End {
  at: Date
  error: KaitoError
}

export interface Times {
  /** It has acted, or looked. */
  looked(name: StepName): void
  /** Counted from when it began to stand like that. */
  endsOf(standings: Standings, now: Date): End[]
  asksOf(standings: Standings): ReadonlyMap<StepName, Date>
}

export function createTimes(ports: Pick<Ports, 'clock'>): Times {
  const marks = new Map<StepName, { of: string; since: number }>()
  const looks = new Map<StepName, number>()
  const since = (name: StepName, standing: Standing, now: Date): number => {
    const of = markOf(standing)
    const mark = marks.get(name)
    const begun = mark?.of === of ? mark.since : now.getTime()
    marks.set(name, { of, since: begun })
    return begun
  }
  return {
    looked: (name) => void looks.set(name, timeOf(ports).getTime()),
    endsOf: (standings, now) =>
      [...standings].flatMap(([name, standing]) => endOf(standing, since(name, standing, now), ports)),
    asksOf: (standings) =>
      new Map(
        [...standings].flatMap(([name, standing]) => {
          if (standing.is !== 'moving' || standing.ask === undefined) return []
          const last = looks.get(name)
          return [[name, new Date(last === undefined ? 0 : last + msOf(standing.ask, ports, LEAST.askMs))] as const]
        }),
      ),
  }
}

function markOf(standing: Standing): string {
  if (standing.is === 'moving') return `moving ${standing.stage}`
  return standing.is === 'hopeless' ? `hopeless ${standing.error.code}` : standing.is
}

function endOf(standing: Standing, since: number, ports: Pick<Ports, 'clock'>): End[] {
  if (standing.is === 'hopeless') {
    const { error, sureAfter = { ms: 0 } } = standing
    return [{ at: new Date(since + msOf(sureAfter, ports, LEAST.sureMs)), error }]
  }
  if (standing.is !== 'moving' || standing.giveUp === undefined) return []
  const { after, error } = standing.giveUp
  return [{ at: new Date(since + msOf(after, ports, LEAST.giveUpMs)), error }]
}

function msOf(span: Span, ports: Pick<Ports, 'clock'>, leastMs: number): number {
  return 'ms' in span ? span.ms : inPace(span.clusterMs, ports, leastMs)
}
