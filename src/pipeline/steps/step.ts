/** What a run, or a controller, is made of: steps that judge what is seen, act once when they are due, and know no clock. */
import type { Phase } from '#core/errors.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { ObjectChange } from '#core/results.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Standing, StepName } from '#core/status/standing.ts'
import type { SeenId } from '../observe/seen-kinds.ts'
import type { Ports } from '../ports.ts'
import type { PoolProgress } from './pool-progress.ts'
import type { Answers } from './questions.ts'

/** What was seen, with what the run has learned by its own acts: a watch that lags makes nothing happen twice. */
export type Seen = Snapshot & { learned: Learned }

export interface Learned {
  /** Steps that have acted, and what came of it is known. */
  acted?: readonly StepName[]
  /** How far the cloud is with a pool, by its name. */
  pools?: Readonly<Record<string, PoolProgress>>
  /** What was written, as it is stored: known before a watch tells it. */
  stored?: readonly KubeObject[]
  /** As it is stored, once all of the set is applied. */
  root?: KubeObject
  /** What the endpoint has answered so far. */
  answers?: Answers | 'asleep' | 'none'
  revision?: number
  /** Names of the nodes that are taken out of the pool. */
  leaving?: readonly string[]
  /** Pods that were there at the last look. */
  undrained?: readonly string[]
  /** What a delete has taken away. */
  deleted?: readonly ObjectChange[]
}

/** Steps that are told under one title, with its usual time. */
export interface Titled {
  phase: Phase
  title: string
  usualSeconds?: number
  /** Not told when there was nothing to wait for. */
  isOnlyIfWaited?: true
}

/** Where a step stands in its list. */
export type Place = Pick<Step, 'needs' | 'told'>

/** Aborted when a sibling has failed: what is begun is ended, and nothing new begins. */
export type Acting = Ports & { halted: AbortSignal }

export interface Step {
  readonly name: StepName
  /** Those that must be done before; names that are not in the list count as done. */
  readonly needs: readonly StepName[]
  readonly told?: Titled
  /** What must be seen to judge it. */
  readonly kinds?: readonly SeenId[]
  /** Of these, what it can do without where this identity may not look. */
  readonly mayMiss?: readonly SeenId[]
  /** Others may undo it while the run goes on: it is judged at each pass, and not only until it is done. */
  readonly isLasting?: true
  judge(seen: Seen, now: Date): Standing
  /** Changes something, once, and says what it has learned. Called when it is due. */
  act?(seen: Seen, ports: Acting, now: Date): Promise<Learned>
  /** Reads, once, what no watch tells, or asks again for what was not taken. Called while it is moving. */
  look?(seen: Seen, ports: Acting, now: Date): Promise<Learned>
  /** Tells what is new since the last look; undefined: this is the first. */
  tell?(before: Seen | undefined, seen: Seen, ports: Pick<Ports, 'emit'>): void
  /** Tells how it stands, whenever that has changed. */
  say?(words: string, seen: Seen, ports: Pick<Ports, 'emit'>): void
}

/** A step that is done when it has acted, once. `because` says why it is due until then. */
export function actsOnce(name: StepName, because: string, act: NonNullable<Step['act']>, place: Place): Step {
  const judge = ({ learned }: Seen): Standing => (hasActed(learned, name) ? { is: 'done' } : { is: 'due', because })
  return { ...place, name, judge, act }
}

export function hasActed({ acted = [] }: Learned, name: StepName): boolean {
  return acted.includes(name)
}
