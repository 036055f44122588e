/** What is seen of a kind of work, and how it is judged: each does it in its own way. */
import type { KindRow } from '../objects/kinds.ts'
import type { RolloutVerdict, RolloutView } from './rollout.ts'

export interface Work {
  /** The kind of the one object whose pods do it. */
  readonly worker: KindRow
  /** Requests go to it: it must answer before a deploy ends. */
  readonly answers: boolean
  /** Of work that is done, or goes on as it should. */
  readonly readySays: string
  /** @param replicas wanted. */
  judge(view: RolloutView, replicas: number): RolloutVerdict
}
