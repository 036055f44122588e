/** One watch per kind and namespace, for all workspaces of a run. */
import type { Key } from '../observe/memory.ts'
import { openWatches, type Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'

export interface RunWatches {
  /** Those that tell of this workspace; nothing is asked before something is to be seen. */
  of(key: Key): Watches
  close(): Promise<void>
}

/** @param keys every workspace of the run: of one alone nothing else is asked for. */
export function createRunWatches(keys: readonly Key[], ports: Ports): RunWatches {
  const byNamespace = new Map<string, Watches>()
  return {
    of({ name, namespace }) {
      const isAlone = keys.filter((key) => key.namespace === namespace).length < 2
      const watches =
        byNamespace.get(namespace) ?? openWatches({ objectName: isAlone ? name : undefined, namespace }, ports)
      byNamespace.set(namespace, watches)
      return watches
    },
    async close() {
      await Promise.all([...byNamespace.values()].map((watches) => watches.close()))
    },
  }
}
