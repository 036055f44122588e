/** How one step on the way of a workspace stands: a pure judgement of what was seen and learned. */
import type { KaitoError } from '../errors.ts'

/** `root`, `pool`, `nodes`, …: each workload lists its own. */
export type StepName = string

/** How long something takes: of the cluster's life, which a sandbox lives faster, or of ours. */
export type Span = { clusterMs: number } | { ms: number }

export type Standing =
  | { is: 'done' }
  /** It is to be acted on, once; then it is judged again. */
  | { is: 'due'; because: string }
  | Moving
  /** Schedulers and controllers correct themselves: it must hold for so long, at once when nothing is said. */
  | { is: 'hopeless'; error: KaitoError; sureAfter?: Span }

interface Moving {
  is: 'moving'
  says: string
  /** A stage has a time of its own: when it has moved for so long, it is given up. Without an end it may go on for ever. */
  stage: string
  giveUp?: { after: Span; error: KaitoError }
  /** No watch tells how it goes on: it is looked at at once, and then so long after each look. */
  ask?: Span
}
