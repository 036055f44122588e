/** What the pipeline says while it works: facts, never sentences; wording lives in `ui`. */
import type { Advice } from './advice.ts'
import type { ErrorCode, Phase, ResourceRef } from './errors.ts'

/** What happened to one object in an apply. */
export type ChangeKind = 'created' | 'configured' | 'unchanged' | 'pruned' | 'deleted' | 'kept'

interface Common {
  /** ISO time. */
  at: string
  phase: Phase
  /** Where there are several: the one that it is about. */
  workspace?: string
}

export type KaitoEvent = Common &
  (
    | { type: 'target'; context: string; server: string; namespace: string; cloud?: string; account?: string }
    | { type: 'phase.started'; title: string /** Seconds it usually takes. */; expectedSeconds?: number }
    | { type: 'phase.finished'; title: string; elapsedMs: number }
    /** Something moved: `subject` is what, `state` its new state in the field's own words. */
    | { type: 'step.progress'; subject: string; state: string; detail?: string }
    | { type: 'object.applied'; object: ResourceRef; change: ChangeKind }
    | { type: 'object.status'; object: ResourceRef; status: string; message: string }
    | { type: 'node.status'; node: string; ready: boolean; gpus: number }
    | { type: 'warning'; code: string; message: Advice }
    /** One of several has come to its end, and others may go on. */
    | { type: 'workspace.finished'; outcome: 'done' | 'failed'; code?: ErrorCode; elapsedMs: number }
    | { type: 'heartbeat'; waitingFor: string; elapsedMs: number }
  )

/** An event before the clock has stamped it. */
export type EventBody = KaitoEvent extends infer E ? (E extends KaitoEvent ? Omit<E, 'at'> : never) : never
