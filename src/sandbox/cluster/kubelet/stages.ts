/** One step of a container's life: from its record, its facts and what is rehearsed, to the next stage and when. */
import type { Drill } from '../../drills.ts'
import type { EngineContainer } from '../../engines/vllm/container.ts'
import { ENGINE_VERSION } from '../../engines/vllm/engine.ts'
import { failureLog, startupLog } from '../../engines/vllm/log-lines.ts'
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

export function nextStep(record: PodRecord, container: EngineContainer, around: Surroundings): Step {
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
      const crash = drill?.killed === true ? 0.3 : drill?.crash?.after
      if (crash !== undefined)
        return after(container.bootSeconds * crash, () => enter('ended', { failures: record.failures + 1 }))
      return after(container.bootSeconds, () => enter('running', { failures: 0 }))
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

/** The lines of a start, each with its time; a rehearsed crash cuts it short and has the last word. */
function plannedLog(container: EngineContainer, { now, scaled, drill }: Surroundings): PodRecord['log'] {
  const { model, servedNames, maxModelLen, weightsGib, gpus, bootSeconds } = container
  const at = (share: number): Date => new Date(now + scaled(bootSeconds) * share)
  const facts = { model, servedName: servedNames[0] ?? model, version: ENGINE_VERSION, maxModelLen, weightsGib, gpus }
  const crash = drill?.crash
  const end = drill?.killed === true ? 0.3 : (crash?.after ?? 1)
  const lines = startupLog(facts, at)
    .filter(({ afterShare }) => afterShare <= end)
    .map(({ afterShare, line }) => ({ at: at(afterShare).toISOString(), text: line }))
  if (crash === undefined) return lines
  const last = failureLog(crash.log, { model, maxModelLen, at: at(end) })
  return [...lines, ...last.map((text) => ({ at: at(end).toISOString(), text }))]
}
