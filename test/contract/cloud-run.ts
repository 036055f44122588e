/** A cloud as the pipeline uses it: what it is asked, and what is told of it. */
import type { CloudPort } from '#clouds/cloud.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import { drive } from '#pipeline/runs/drive.ts'
import { poolMade, poolStep } from '#pipeline/steps/node-pool.ts'
import { poolGoneStep } from '#pipeline/steps/pool-gone.ts'
import { sleep } from '#std/sleep.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { seeNothing } from '../support/seen-nothing.ts'

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
  const ports = fakePorts({ clock: { now: () => new Date(), sleep, span: (ms) => ms }, signal, emit })
  return {
    states,
    taken,
    async ensure(request, token) {
      const live = await cloud.getPool(request.name, signal)
      const keep = async (given: string | undefined) => taken.push(given)
      const step = poolStep({ request, live, token }, cloud, keep, { needs: [] })
      const pool = poolMade(await drive([step], { look: seeNothing }, ports), request.name)
      if (pool === undefined) throw new Error('the step is done, and no pool was made')
      return pool
    },
    async remove(pool) {
      await drive(
        [poolGoneStep(pool, cloud, (_, cause) => inWordsOfTheCloud(cause), { needs: [] })],
        { look: seeNothing },
        ports,
      )
    },
  }
}

function inWordsOfTheCloud(cause: unknown): KaitoError {
  if (cause instanceof KaitoError) return cause
  return new KaitoError({ code: 'LEFTOVERS', phase: 'destroy', message: 'still there', hint: '' })
}
