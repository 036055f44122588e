/** Workspaces of one run on nodes that are there: each counts the free GPUs when the pods of those before it have theirs. */
import { isOnNode } from '#core/status/nodes.ts'
import type { Snapshot } from '#core/status/snapshot.ts'

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
      return { isFirst: before === undefined, come: (signal) => withSignal(before, signal), pass: resolve }
    },
  }
}

function withSignal(before: Promise<void> = Promise.resolve(), signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    before.then(resolve, reject)
  })
}

/** Each of its pods has a node: which GPUs are taken can be seen. */
export function isPlaced({ pods }: Pick<Snapshot, 'pods'>, replicas: number): boolean {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return staying.length >= replicas && staying.every(isOnNode)
}
