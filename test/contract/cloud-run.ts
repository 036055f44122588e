/** A cloud as the pipeline uses it: what it is asked, and what is told of it. */
import type { CloudPort } from '#clouds/cloud.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import type { EventBody } from '#core/events.ts'
import { ensurePool } from '#pipeline/steps/node-pool.ts'
import { removePool } from '#pipeline/steps/pool-gone.ts'
import { sleep } from '#std/sleep.ts'

export interface CloudRun {
  /** @param token of the operation that an earlier process began. */
  ensure(request: NodePoolRequest, token?: string): Promise<NodePool>
  remove(pool: NodePool): Promise<void>
  /** The states that were told. */
  states: string[]
  /** Tokens, in the order in which they were to be stored; undefined: the cloud gave none. */
  taken: (string | undefined)[]
}

export function createRun(cloud: CloudPort, signal = AbortSignal.timeout(15_000)): CloudRun {
  const states: string[] = []
  const taken: (string | undefined)[] = []
  const emit = (event: EventBody): void => {
    if (event.type === 'step.progress') states.push(event.state)
  }
  const ports = { clock: { now: () => new Date(), sleep }, signal, emit }
  return {
    states,
    taken,
    async ensure(request, token) {
      const live = await cloud.getPool(request.name, signal)
      return ensurePool({ request, live, token }, cloud, async (given) => void taken.push(given), ports)
    },
    remove: (pool) => removePool(pool, cloud, ports),
  }
}
