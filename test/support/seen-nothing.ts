/** A look at a cluster in which there is nothing of the workspace. */
import type { Snapshot } from '#core/status/snapshot.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import { createMemory, cut } from '#pipeline/observe/memory.ts'

export async function seeNothing(): Promise<Snapshot> {
  return cut(
    createMemory(() => new Date(0), SHIPPED_WORKLOADS),
    { name: 'chat', namespace: 'n' },
  )
}
