/** A cloud whose answers are written down beforehand, and that keeps what it was asked. */
import type { CloudPort, Operation, Submitted } from '#clouds/cloud.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import { drive } from '#pipeline/runs/drive.ts'
import type { Ended } from '#pipeline/steps/pool-progress.ts'
import type { Seen, Step } from '#pipeline/steps/step.ts'
import { fakePorts, quickClock } from '../../../support/fake-ports.ts'
import { seeNothing } from '../../../support/seen-nothing.ts'

export const REQUEST: NodePoolRequest = {
  name: 'kchat',
  owner: { workspace: 'chat', namespace: 'n', clusterUid: 'u' },
  instanceType: 'Big_GPU',
  count: 2,
  diskGiB: 128,
  labels: { 'kaito.sh/workspace': 'chat' },
  taints: [],
}

export const POOL: NodePool = {
  id: '/pools/kchat',
  name: 'kchat',
  state: 'ready',
  instanceType: 'big_gpu',
  count: 2,
  labels: { 'kaito.sh/workspace': 'chat', team: 'x' },
  owner: { workspace: 'chat', namespace: 'n', clusterUid: 'u' },
  rawState: 'Up',
}

export const FAILURE = new KaitoError({
  code: 'CAPACITY_UNAVAILABLE',
  phase: 'provision',
  message: 'none left',
  hint: '',
})

const look = { rawState: 'Moving', retryAfterMs: 7 }
export const RUNNING: Operation = { ...look, state: 'running' }
export const GONE: Ended = { ...look, rawState: 'NoSuchPool', state: 'gone', failure: FAILURE }
export const FAILED: Ended = { ...look, state: 'failed', failure: FAILURE }
export const done = (pool: NodePool = POOL): Ended => ({ ...look, state: 'done', pool })

export function scriptedCloud(submitted: Submitted[], operations: Operation[]) {
  const asked: string[] = []
  const next = <T>(answers: T[], what: string): Promise<T> => {
    asked.push(what)
    const answer = answers.shift()
    return answer === undefined ? Promise.reject(new Error(`nothing is scripted for ${what}`)) : Promise.resolve(answer)
  }
  const cloud: CloudPort = {
    id: 'azure',
    describeCluster: () => Promise.reject(new Error('nobody asks that')),
    listPools: () => Promise.resolve([]),
    getPool: () => Promise.resolve(undefined),
    machines: () => Promise.resolve([]),
    submit: ({ kind }) => next(submitted, kind),
    poll: (_pool, token) => next(operations, `poll ${token ?? 'by state'}`),
  }
  return { cloud, asked }
}

/** One step, driven to its end where time passes at once. */
export async function driveAlone(step: Step) {
  const states: string[] = []
  const clock = quickClock()
  const ports = fakePorts({
    clock,
    emit: (event: EventBody) => void (event.type === 'step.progress' && states.push(event.state)),
  })
  const ended: Seen | unknown = await drive([step], { look: seeNothing }, ports).catch((error: unknown) => error)
  return { ended, states, slept: clock.slept }
}
