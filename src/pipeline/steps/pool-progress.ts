/** How far the cloud is with a pool that was submitted, as a run knows it. */
import type { Operation, Submitted } from '#clouds/cloud.ts'

export interface PoolProgress {
  /** How often it was asked for. */
  rounds: number
  submitted: Submitted
  /** Its token is written down, or there is none to write. */
  isKept: boolean
  /** How it stood at the last look. */
  operation?: Operation
  /** After all was done the cloud was asked once more, and has no such pool. */
  isProved?: true
}

export type Ended = Exclude<Operation, { state: 'running' }>

export function isEnded(operation: Operation): operation is Ended {
  return operation.state !== 'running'
}

export function poolLearned(name: string, progress: PoolProgress): { pools: Record<string, PoolProgress> } {
  return { pools: { [name]: progress } }
}
