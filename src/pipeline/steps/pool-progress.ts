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
  /** After all was done the cloud was asked once more, and nothing is there that was to go. */
  isProved?: true
  /** Asked once more, it still has machines that were to go. */
  hasMore?: true
}

/** Others may change the pool at the same time; three times is more than chance. */
export const ROUNDS = 3

/** A change of the cloud's own that begins with this answer: only its token leads to it. */
const BEGUN: readonly Submitted['outcome'][] = ['created', 'scaling', 'shrinking']

const BUSY_STATE = 'waiting: another operation is changing the cluster'

/** What came of asking the cloud. One that is busy has taken nothing: that is no round, and is told once. */
export function asked(
  before: PoolProgress | undefined,
  submitted: Submitted,
  tell: (state: string) => void,
): PoolProgress {
  if (submitted.rawState !== undefined) tell(submitted.rawState)
  const rounds = before?.rounds ?? 0
  if (submitted.outcome !== 'busy') return { rounds: rounds + 1, submitted, isKept: !BEGUN.includes(submitted.outcome) }
  if (before?.submitted.outcome !== 'busy') tell(BUSY_STATE)
  return { rounds, submitted, isKept: true }
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
