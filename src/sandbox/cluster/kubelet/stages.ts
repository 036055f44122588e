/** One step of a container's life: from its record, its facts and what is rehearsed, to the next stage and when. */
import type { Drill } from '../../drills.ts'
import type { Ending } from '../../ending.ts'
import { isRefusal } from '../../engines/engine.ts'
import type { Container } from './container.ts'
import type { PodRecord } from './record.ts'

export interface Surroundings {
  now: number
  scaled(seconds: number): number
  drill: Drill | undefined
  /** The node has pulled it before. */
  hasImage: boolean
  /** The kubelet's words when a Secret or key is not there. */
  missingSecret: string | undefined
}

export type Step = { next: PodRecord } | { dueAt: number } | undefined

/** How long a registry takes to say no, and a container to be made: seconds. */
const REFUSAL_SECONDS = 2
const CREATE_SECONDS = 3
/** kubelet: 10 s, doubled each time, up to five minutes. */
const BACK_OFF_SECONDS = 10
const LONGEST_BACK_OFF_SECONDS = 300
/** However fast the sandbox lives: who watches needs a moment to see that a container stays down. */
const LEAST_BACK_OFF_MS = 500

export function nextStep(record: PodRecord, container: Container, around: Surroundings): Step {
  const { now, scaled, drill, hasImage } = around
  const after = (seconds: number, next: () => PodRecord, leastMs = 0): Step => {
    const dueAt = record.since + Math.max(scaled(seconds), leastMs)
    return now >= dueAt ? { next: next() } : { dueAt }
  }
  const enter = (stage: PodRecord['stage'], more: Partial<PodRecord> = {}): PodRecord => ({
    ...record,
    stage,
    since: now,
    ...more,
  })
  switch (record.stage) {
    case 'pulling': {
      if (drill?.pull === 'not-found' && !hasImage)
        return after(REFUSAL_SECONDS, () => enter('pull-failed', { failures: record.failures + 1 }))
      const slower = typeof drill?.pull === 'object' ? drill.pull.times : 1
      return after(hasImage ? 0 : container.pullSeconds * slower, () => enter('creating', { failures: 0 }))
    }
    case 'pull-failed':
      return after(backOff(record.failures), () => enter('pulling'))
    case 'creating':
      if (around.missingSecret !== undefined) return { dueAt: now + 1_000 }
      return { next: enter('starting') }
    case 'starting':
      return after(CREATE_SECONDS, () => enter('booting', { log: plannedLog(container, around) }))
    case 'booting': {
      const { bootSeconds } = container.launch
      const end = isRefusal(container.launch) ? 1 : endingOf(drill)?.after
      if (end !== undefined) return after(bootSeconds * end, () => enter('ended', { failures: record.failures + 1 }))
      return after(bootSeconds, () => enter('running', { failures: 0 }))
    }
    case 'ended':
      return after(1, () => enter('backing-off'))
    case 'backing-off':
      // The first restart is at once.
      return after(
        record.failures === 1 ? 0 : backOff(record.failures - 1),
        () =>
          enter('booting', {
            restarts: record.restarts + 1,
            log: plannedLog(container, around),
            previousLog: record.log,
          }),
        record.failures === 1 ? 0 : LEAST_BACK_OFF_MS,
      )
    case 'running':
      return undefined
  }
}

function backOff(times: number): number {
  return Math.min(LONGEST_BACK_OFF_SECONDS, BACK_OFF_SECONDS * 2 ** Math.max(0, times - 1))
}

/** The share of a start after which the kernel kills a container. */
const KILLED_AFTER = 0.3

function endingOf(drill: Drill | undefined): Ending | undefined {
  return drill?.killed === true ? { after: KILLED_AFTER } : drill?.crash
}

/** The lines of a start, each with its time. */
function plannedLog({ engine, launch }: Container, { now, scaled, drill }: Surroundings): PodRecord['log'] {
  const at = (share: number): Date => new Date(now + scaled(launch.bootSeconds) * share)
  const lines = isRefusal(launch)
    ? launch.says.map((text) => ({ at: at(1), text }))
    : engine.log(launch, at, endingOf(drill))
  return lines.map((line) => ({ at: line.at.toISOString(), text: line.text }))
}
