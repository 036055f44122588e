/** How far the cloud is with a pool that was submitted, as a run knows it. */
import type { Operation, Submitted } from '#clouds/cloud.ts'
import type { Standing } from '#core/status/standing.ts'

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

/** A cloud that changes one pool of a cluster after the other has this run's pools before it, and those of others. */
const BUSY_BUDGET_MS = 60 * 60_000

/** Of a change that the cloud has not taken: each look submits it again. Undefined: it was taken. */
export function standingOfBusy({ submitted }: PoolProgress): Standing | undefined {
  if (submitted.outcome !== 'busy') return undefined
  const { failure: error, retryAfterMs: ms } = submitted
  return {
    is: 'moving',
    says: BUSY_STATE,
    stage: 'busy',
    ask: { ms },
    giveUp: { after: { clusterMs: BUSY_BUDGET_MS }, error },
  }
}

export const BUSY_STATE = 'waiting: another operation is changing the cluster'

export type Ended = Exclude<Operation, { state: 'running' }>

export function isEnded(operation: Operation): operation is Ended {
  return operation.state !== 'running'
}

/** While something changes the pool: it is looked at at once, and then as often as the cloud wants. */
export function following(operation: Exclude<Operation, Ended> | undefined): Standing {
  if (operation === undefined) return { is: 'moving', says: 'submitted', stage: 'pool', ask: { ms: 0 } }
  return { is: 'moving', says: operation.rawState, stage: 'pool', ask: { ms: operation.retryAfterMs } }
}

export function poolLearned(name: string, progress: PoolProgress): { pools: Record<string, PoolProgress> } {
  return { pools: { [name]: progress } }
}
