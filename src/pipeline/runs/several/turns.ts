/** Workspaces of one run on nodes that are there: each counts the free GPUs when the pods of those before it have theirs. */
import { isOnNode } from '#core/status/nodes.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import { aborted } from '#std/aborted.ts'

export interface Turn {
  isFirst: boolean
  /** Resolves when the one before has passed; rejects with the signal. */
  come(signal: AbortSignal): Promise<void>
  /** Whatever has become of it: the next one may go on. */
  pass(): void
}

export interface Turns {
  next(): Turn
}

export function createTurns(): Turns {
  let last: Promise<void> | undefined
  return {
    next() {
      const before = last
      const { promise, resolve } = Promise.withResolvers<void>()
      // One that never comes to its turn passes by, and so does whoever waits for it.
      last = promise
      // The signal first: one that was aborted gets no turn, even a free one.
      const come = (signal: AbortSignal) => Promise.race([aborted(signal), before])
      return { isFirst: before === undefined, come, pass: resolve }
    },
  }
}

/** Each of its pods has a node: which GPUs are taken can be seen. */
export function isPlaced({ pods }: Pick<Snapshot, 'pods'>, replicas: number): boolean {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return staying.length >= replicas && staying.every(isOnNode)
}
