/** Plan → a node pool that the cloud calls ready. */
import type { CloudPort, Operation, Submitted } from '#clouds/cloud.ts'
import { isSameOwner, type NodePool, type NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import { fingerprintOf } from '#core/placement/pool-request.ts'
import type { Standing } from '#core/status/standing.ts'
import type { Ports } from '../ports.ts'
import {
  asked,
  type Ended,
  following,
  isEnded,
  type PoolProgress,
  poolLearned,
  ROUNDS,
  standingOfBusy,
} from './pool-progress.ts'
import type { Place, Seen, Step } from './step.ts'

export type CreateDecision = Extract<PoolDecision, { mode: 'create' }>

/** What is known before it is asked for. */
export interface KnownPool {
  request: NodePoolRequest
  live: NodePool | undefined
  /** Of the operation that an earlier run left behind. */
  token: string | undefined
}

/** Creates, adopts or resumes the pool. `keep` stores the operation's token: nothing is followed before. */
export function poolStep(
  known: KnownPool,
  cloud: CloudPort,
  keep: (token: string | undefined) => Promise<unknown>,
  place: Place,
): Step {
  const { request } = known
  const { name } = request
  const tell = (state: string, { emit }: Pick<Ports, 'emit'>): void =>
    emit({ type: 'step.progress', phase: 'provision', subject: `node pool ${name}`, state })
  return {
    ...place,
    name: 'pool',
    judge: ({ learned }) => standingOf(request, learned.pools?.[name]),
    async act({ learned }, ports) {
      const progress = learned.pools?.[name]
      if (progress !== undefined && !progress.isKept) {
        await keep(progress.submitted.token)
        return poolLearned(name, { ...progress, isKept: true })
      }
      return poolLearned(name, await submit(known, progress, cloud, tell, ports))
    },
    async look({ learned }, ports) {
      const progress = learned.pools?.[name]
      if (progress === undefined) return {}
      if (progress.submitted.outcome === 'busy')
        return poolLearned(name, await submit(known, progress, cloud, tell, ports))
      // Of an operation that an earlier run began, the token that it left is the best way to follow it.
      const token = progress.submitted.outcome === 'following' ? known.token : progress.submitted.token
      const operation = await cloud.poll(request, token, ports.signal)
      const isNews = operation.rawState !== progress.operation?.rawState
      if (operation.state === 'running' && isNews) tell(operation.rawState, ports)
      if (isMade(request, progress.submitted, operation)) tell(operation.pool.rawState, ports)
      return poolLearned(name, { ...progress, operation })
    },
  }
}

async function submit(
  { request, live }: KnownPool,
  before: PoolProgress | undefined,
  cloud: CloudPort,
  tell: (state: string, ports: Ports) => void,
  ports: Ports,
): Promise<PoolProgress> {
  if (before === undefined && live !== undefined && isToChange(live, request))
    tell(`${live.rawState} ${live.reason ?? ''}`.trim(), ports)
  const change = { kind: 'ensure', request, fingerprint: fingerprintOf(request) } as const
  return asked(before, await cloud.submit(change, ports.signal), (state) => tell(state, ports))
}

function standingOf(request: NodePoolRequest, progress: PoolProgress | undefined): Standing {
  if (progress === undefined) return { is: 'due', because: 'the cloud has not been asked for it' }
  const { submitted, isKept, operation, rounds } = progress
  if (submitted.outcome === 'adopted') return { is: 'done' }
  if (!isKept) return { is: 'due', because: 'its operation is not written down' }
  const busy = standingOfBusy(progress)
  if (busy !== undefined) return busy
  if (operation === undefined || !isEnded(operation)) return following(operation)
  const standing = judgePool(request, submitted, operation)
  const isTried = standing.is === 'due' && rounds >= ROUNDS
  return isTried ? { is: 'hopeless', error: keepsChanging(request) } : standing
}

/** It failed before this run, and is asked for again; or it is to have more nodes. */
function isToChange(live: NodePool, { count }: NodePoolRequest): boolean {
  return live.state === 'failed' || (live.state === 'ready' && !hasNodes(live, count))
}

/** @param ended what was followed since it was submitted. */
export function judgePool(
  request: NodePoolRequest,
  { outcome }: Pick<Submitted, 'outcome'>,
  ended: Ended,
): Exclude<Standing, { is: 'moving' }> {
  if (outcome === 'deleting') return { is: 'due', because: 'the one that was there is gone' }
  if (ended.state !== 'done') return { is: 'hopeless', error: ended.failure }
  return isAsAsked(ended.pool, request) ? { is: 'done' } : { is: 'due', because: 'it is not as it was asked for' }
}

function isMade(
  request: NodePoolRequest,
  submitted: Submitted,
  operation: Operation,
): operation is Extract<Operation, { state: 'done' }> {
  return operation.state === 'done' && judgePool(request, submitted, operation).is === 'done'
}

/** The pool as the cloud told it last, once it is as it was asked for. */
export function poolMade({ learned }: Seen, name: string): NodePool | undefined {
  const { submitted, operation } = learned.pools?.[name] ?? {}
  if (submitted?.outcome === 'adopted') return submitted.pool
  return operation?.state === 'done' ? operation.pool : undefined
}

/** What is not, the cloud changes when it is asked again, or says why it cannot. */
function isAsAsked(pool: NodePool, { owner, instanceType, labels, count }: NodePoolRequest): boolean {
  const isOurs = pool.owner !== undefined && isSameOwner(pool.owner, owner)
  const isLabelled = Object.entries(labels).every(([key, value]) => pool.labels[key] === value)
  const isOfType = pool.instanceType.toLowerCase() === instanceType.toLowerCase()
  return isOurs && isLabelled && isOfType && hasNodes(pool, count)
}

function hasNodes(pool: NodePool, count: number): boolean {
  return pool.isAutoscaled === true || pool.count >= count
}

function keepsChanging({ name }: NodePoolRequest): KaitoError {
  return new KaitoError({
    code: 'CONFLICT',
    phase: 'provision',
    message: `The node pool ${name} keeps changing under kaito's hands: someone else makes and deletes it`,
    hint: 'Find out in the cloud who changes it, then run the same command again.',
    retryable: 'later',
    resource: { kind: 'NodePool', name },
  })
}
