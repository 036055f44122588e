/** How the start of an engine ends badly, where that is rehearsed. */

/** A start that ends before its time. */
export interface Ending {
  /** The share of the start that it gets to. */
  after: number
  /** Absent: it is killed, and has no last words. */
  by?: FailureKind
}

/** Failures that every engine has words of its own for. */
export const FAILURE_KINDS = [
  'oom',
  'gpu-taken',
  'kv-cache',
  'no-kv-cache',
  'context',
  'gated',
  'token',
  'not-found',
  'no-path',
  'throttled',
  'flag',
  'flag-value',
  'driver',
  'no-gpu',
  'architecture',
  'bfloat16',
  'crash',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]
