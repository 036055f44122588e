/**
 * The lock of a mutating run: a coordination.k8s.io/Lease. Expiry is judged by renewals seen from here, never by
 * comparing clocks of two machines; a holder that is provably dead is replaced at once.
 */
import { advice, kaito, kubectl, setting } from '#core/advice.ts'
import { hasCode, KaitoError } from '#core/errors.ts'
import { KINDS, refTo, typeOf } from '#core/objects/kinds.ts'
import { MANAGED_BY, VERB_ANNOTATION } from '#core/objects/labels.ts'
import { microTime } from '#core/objects/lease-time.ts'
import type { KubePort } from '../cluster.ts'
import { describeHolder, identityOf, judgeHolder, type LeaseRunner } from './holder.ts'
import { keepRenewing, type LeaseClock, type LeaseObject, TERM_MS } from './renewal.ts'
import { type LeaseRun, runOf, type Verb } from './run.ts'

export type { LeaseRunner } from './holder.ts'
export type { LeaseRun, Verb } from './run.ts'

const LOOK_MS = 1_000

export interface LeaseRequest {
  name: string
  namespace: string
  /** What it is taken for, for those who look. */
  verb: Verb
  runner: LeaseRunner
  clock: LeaseClock
  signal: AbortSignal
  /** Wait for a live holder instead of failing. */
  wait: boolean
  /** Told once of each holder that is waited for. */
  onWait?(holder: string): void
}

export interface HeldLease {
  /** Aborts when renewing has failed for too long: with UNAVAILABLE when nobody answers, else with LOCK_LOST. */
  lost: AbortSignal
  /** Takes the Lease itself away, while it is ours: afterwards there is nothing to release. */
  remove(): Promise<void>
  /** Stops renewing and clears the holder. Never throws: an unreleased lease expires by itself. */
  release(): Promise<void>
}

/** A holder as it was seen last, and since when it has not renewed. */
interface Seen {
  holder: string
  renewTime: string
  since: number
  hasRenewed: boolean
}

export async function acquireLease(kube: KubePort, request: LeaseRequest): Promise<HeldLease> {
  const { clock, signal, wait } = request
  let seen: Seen | undefined
  let told = ''
  for (;;) {
    const lease = (await kube.get(refOf(request), signal)) as LeaseObject | undefined
    const now = clock.now().getTime()
    seen = lookAt(lease, seen, now)
    const termMs = (lease?.spec?.leaseDurationSeconds ?? 0) * 1_000 || TERM_MS
    const isExpired = now - seen.since > termMs
    if (lease === undefined || isExpired || isFree(seen.holder, request.runner)) {
      const taken = await take(kube, lease, request)
      if (taken !== undefined) return hold(kube, taken, request)
      // Somebody was faster: who it is can be seen now.
      continue
    }
    if (!wait && (seen.hasRenewed || worksHere(seen, now, termMs, request.runner))) throw locked(lease, request)
    if (wait && seen.holder !== told) {
      told = seen.holder
      request.onWait?.(`${describeHolder(told)}, since ${lease?.spec?.acquireTime}`)
    }
    await clock.sleep(LOOK_MS, signal)
  }
}

/** The run that is at work under a Lease, or was last; undefined: there is no Lease. */
export async function findRun(
  kube: KubePort,
  request: Pick<LeaseRequest, 'name' | 'namespace' | 'runner' | 'signal'>,
  now: Date,
): Promise<LeaseRun | undefined> {
  const { name, namespace, runner, signal } = request
  const lease = await kube.get(refTo(KINDS.lease, name, namespace), signal)
  return lease === undefined ? undefined : runOf(lease, runner, now)
}

function lookAt(lease: LeaseObject | undefined, before: Seen | undefined, now: number): Seen {
  const { holderIdentity: holder = '', renewTime = '' } = lease?.spec ?? {}
  const isSame = before?.holder === holder
  if (isSame && before?.renewTime === renewTime) return before
  return { holder, renewTime, since: now, hasRenewed: isSame }
}

function isFree(holder: string, runner: LeaseRunner): boolean {
  return holder === '' || judgeHolder(holder, runner) === 'dead'
}

/** It lives, and by the clock that both of us read it has renewed in time: no need to watch it do so. */
function worksHere({ holder, renewTime }: Seen, now: number, termMs: number, runner: LeaseRunner): boolean {
  return judgeHolder(holder, runner) === 'alive' && Math.abs(now - Date.parse(renewTime)) <= termMs
}

function refOf({ name, namespace }: LeaseRequest) {
  return refTo(KINDS.lease, name, namespace)
}

async function take(
  kube: KubePort,
  lease: LeaseObject | undefined,
  request: LeaseRequest,
): Promise<LeaseObject | undefined> {
  const now = microTime(request.clock.now())
  const spec = {
    holderIdentity: identityOf(request.runner),
    leaseDurationSeconds: TERM_MS / 1_000,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease === undefined ? 0 : 1),
  }
  const { name, namespace, verb, signal } = request
  const annotations = { ...lease?.metadata.annotations, [VERB_ANNOTATION]: verb }
  try {
    if (lease !== undefined) {
      const metadata = { ...lease.metadata, annotations }
      return (await kube.replace({ ...lease, ...typeOf(KINDS.lease), metadata, spec }, signal)) as LeaseObject
    }
    const metadata = { name, namespace, labels: MANAGED_BY, annotations }
    return (await kube.create({ ...typeOf(KINDS.lease), metadata, spec }, signal)) as LeaseObject
  } catch (error) {
    const isRace = hasCode(error, 'CONFLICT', 'NOT_FOUND') && !/namespaces? "/.test(error.reason ?? '')
    if (isRace) return undefined
    throw error
  }
}

function hold(kube: KubePort, taken: LeaseObject, request: LeaseRequest): HeldLease {
  const [lost, done] = [new AbortController(), new AbortController()]
  let current = taken
  let isRemoved = false
  const renewing = keepRenewing(kube, taken, { clock: request.clock, signal: done.signal }, (renewed) => {
    current = renewed
  }).catch((error: unknown) => {
    if (!done.signal.aborted) lost.abort(lockLost(error, request))
  })
  return {
    lost: lost.signal,
    async remove() {
      done.abort()
      await renewing
      lost.signal.throwIfAborted()
      const { uid, resourceVersion } = current.metadata
      const precondition = {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      }
      await kube.delete(refOf(request), { signal: request.signal, ...precondition }).catch((error: unknown) => {
        // Changed by somebody since: whoever it is needs it.
        if (!hasCode(error, 'CONFLICT')) throw error
      })
      isRemoved = true
    },
    async release() {
      done.abort()
      await renewing
      if (lost.signal.aborted || isRemoved) return
      const spec = { ...current.spec, holderIdentity: '', renewTime: microTime(request.clock.now()) }
      const free = (await kube.get(refOf(request), new AbortController().signal).catch(() => undefined)) as
        | LeaseObject
        | undefined
      if (free?.spec?.holderIdentity !== identityOf(request.runner)) return
      await kube.replace({ ...free, ...typeOf(KINDS.lease), spec }, new AbortController().signal).catch(() => undefined)
    },
  }
}

function locked(lease: LeaseObject, { name, namespace }: LeaseRequest): KaitoError {
  const { holderIdentity = '', acquireTime } = lease.spec ?? {}
  return new KaitoError({
    code: 'LOCKED',
    phase: 'apply',
    message: `Another kaito run is working on this workspace: ${describeHolder(holderIdentity)}, since ${acquireTime}.`,
    hint: advice`Run the same command again with ${setting('waitLock')}, or look at it: ${kaito('status', { namespace })}`,
    retryable: 'later',
    resource: { kind: KINDS.lease.kind, name, namespace },
  })
}

function lockLost(cause: unknown, { name, namespace }: LeaseRequest): KaitoError {
  const isSilent = hasCode(cause, 'UNAVAILABLE')
  const what = isSilent ? 'The API server has stopped answering' : `The lock Lease/${name} could not be renewed`
  return new KaitoError({
    code: isSilent ? 'UNAVAILABLE' : 'LOCK_LOST',
    phase: 'apply',
    message: `${what}; the run stopped before its next write.`,
    reason: cause instanceof Error ? cause.message : String(cause),
    hint: advice`Run the same command again: it goes on from here. Who holds the lock now: ${kubectl('get', 'lease', name, '-n', namespace, '-o', 'yaml')}`,
    retryable: 'later',
    resource: { kind: KINDS.lease.kind, name, namespace },
  })
}
