/** Where each pod's container is in its life. Kept beside the objects, and on disk with them. */
import type { LogLine } from '../api/subresources.ts'

export type Stage =
  | 'pulling'
  | 'pull-failed'
  | 'creating'
  | 'starting'
  | 'booting'
  | 'running'
  | 'ended'
  | 'backing-off'

export interface PodRecord {
  stage: Stage
  /** When it entered the stage, milliseconds. */
  since: number
  /** Failed pulls, or crashes, so far. */
  failures: number
  restarts: number
  /** Everything that this start of the container is going to write; each line shows when its time has come. */
  log: LogLine[]
  previousLog?: LogLine[]
}

export type Records = Map<string, PodRecord>

export function freshRecord(now: number): PodRecord {
  return { stage: 'pulling', since: now, failures: 0, restarts: 0, log: [] }
}
