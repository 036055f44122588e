/** A cloud whose answers are written down beforehand, and that keeps what it was asked. */
import type { CloudPort, Operation, Submitted } from '#clouds/cloud.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { Ended } from '#pipeline/steps/follow-operation.ts'

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
    submit: ({ kind }) => next(submitted, kind),
    poll: (_pool, token) => next(operations, `poll ${token ?? 'by state'}`),
  }
  return { cloud, asked }
}

/** Where time passes at once. */
export function quickPorts() {
  const [states, slept]: [string[], number[]] = [[], []]
  return {
    states,
    slept,
    signal: new AbortController().signal,
    emit: (event: { type: string; state?: string }): void => {
      if (event.type === 'step.progress') states.push(event.state ?? '')
    },
    clock: {
      now: () => new Date(0),
      async sleep(ms: number): Promise<void> {
        slept.push(ms)
      },
    },
  }
}
