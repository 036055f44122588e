/** Renews a Lease that is held, and gives up before others may take it: whoever has lost a lock must not write. */

import { hasCode, KaitoError } from '#core/errors.ts'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { microTime } from '#core/objects/lease-time.ts'
import type { KubePort } from '../cluster.ts'

/** After so long without a renewal others take a Lease. */
export const TERM_MS = 30_000
const RENEW_MS = 5_000
/** Longer than an API server takes to start anew, and it leaves those who watch time to be slow. */
const GIVE_UP_MS = 25_000
/** One request that hangs must not use up the term. */
const ATTEMPT_MS = 3_000
const LEAST_ATTEMPT_MS = 500
const PAUSE_MS = 500

export interface LeaseObject extends KubeObject {
  spec?: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}

export interface LeaseClock {
  now(): Date
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

interface While {
  clock: LeaseClock
  signal: AbortSignal
}

/** Runs until the signal ends it; throws what the last attempt of a term said. */
export async function keepRenewing(
  kube: KubePort,
  taken: LeaseObject,
  { clock, signal }: While,
  onRenewed: (lease: LeaseObject) => void,
): Promise<never> {
  let current = taken
  let askedAt = clock.now().getTime()
  for (;;) {
    await clock.sleep(Math.max(0, askedAt + RENEW_MS - clock.now().getTime()), signal)
    const giveUpAt = askedAt + GIVE_UP_MS
    for (let isRenewed = false; !isRenewed; ) {
      const now = clock.now().getTime()
      // A machine that slept finds its term over, and may ask once whether somebody has taken the lock.
      const attemptMs = Math.max(LEAST_ATTEMPT_MS, Math.min(ATTEMPT_MS, giveUpAt - now))
      try {
        current = await within(attemptMs, { clock, signal }, (inTime) => renew(kube, current, clock, inTime))
        askedAt = now
        isRenewed = true
      } catch (error) {
        signal.throwIfAborted()
        if (isTaken(error) || clock.now().getTime() + PAUSE_MS + LEAST_ATTEMPT_MS > giveUpAt) throw error
        await clock.sleep(PAUSE_MS, signal)
      }
    }
    onRenewed(current)
  }
}

async function renew(kube: KubePort, lease: LeaseObject, clock: LeaseClock, signal: AbortSignal): Promise<LeaseObject> {
  const renewed = (from: LeaseObject): Promise<KubeObject> =>
    kube.replace({ ...from, ...typeOf(KINDS.lease), spec: { ...from.spec, renewTime: microTime(clock.now()) } }, signal)
  try {
    return (await renewed(lease)) as LeaseObject
  } catch (error) {
    if (!hasCode(error, 'CONFLICT')) throw error
    // An earlier attempt whose answer was lost has moved it, or another holder.
    const now = (await kube.get({ ...refOf(lease), ...typeOf(KINDS.lease) }, signal)) as LeaseObject | undefined
    if (now?.spec?.holderIdentity !== lease.spec?.holderIdentity) throw takenBy(now)
    return (await renewed(now as LeaseObject)) as LeaseObject
  }
}

function takenBy(lease: LeaseObject | undefined): KaitoError {
  return new KaitoError({
    code: 'LOCK_LOST',
    phase: 'apply',
    message: lease === undefined ? 'the Lease was deleted' : `it is held by ${lease.spec?.holderIdentity || 'nobody'}`,
    hint: '',
  })
}

function isTaken(error: unknown): boolean {
  return hasCode(error, 'LOCK_LOST', 'NOT_FOUND')
}

async function within<T>(ms: number, { clock, signal }: While, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const [late, done] = [new AbortController(), new AbortController()]
  const timer = clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(
    () => late.abort(silent()),
    () => undefined,
  )
  const end = AbortSignal.any([signal, late.signal])
  // Not every wait on the way heeds a signal: a credential plugin does not.
  const ended = new Promise<never>((_, reject) => {
    end.addEventListener('abort', () => reject(end.reason), { once: true })
  })
  try {
    return await Promise.race([ended, work(end)])
  } finally {
    done.abort()
    await timer
  }
}

function silent(): KaitoError {
  return new KaitoError({
    code: 'UNAVAILABLE',
    phase: 'apply',
    message: 'no answer in time',
    hint: '',
    retryable: 'later',
  })
}
