/**
 * The lock of a mutating run: a coordination.k8s.io/Lease. Expiry is judged by renewals seen from here, never by
 * comparing clocks; a holder that is provably dead (same host, same boot, no such process) is replaced at once.
 */
import { KaitoError } from '#core/errors.ts'
import type { KubeObject } from '#core/kube-object.ts'
import type { KubePort } from './cluster.ts'

const DURATION_S = 15
const RENEW_MS = 5_000
const LOOK_MS = 1_000

interface LeaseRunner {
  hostname: string
  bootId: string
  pid: number
  instance: string
  isProcessAlive(pid: number): boolean
}

interface LeaseClock {
  now(): Date
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface LeaseRequest {
  name: string
  namespace: string
  runner: LeaseRunner
  clock: LeaseClock
  signal: AbortSignal
  /** Wait for a live holder instead of failing. */
  wait: boolean
}

export interface HeldLease {
  /** Aborts when a renewal fails: with UNAVAILABLE when nobody answers, else with LOCK_LOST. */
  lost: AbortSignal
  /** Stops renewing and clears the holder. Never throws: an unreleased lease expires by itself. */
  release(): Promise<void>
}

interface LeaseObject extends KubeObject {
  spec?: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}

export async function acquireLease(kube: KubePort, request: LeaseRequest): Promise<HeldLease> {
  const { clock, signal, wait } = request
  let seen: { renewal: string; since: number } | undefined
  for (;;) {
    const lease = (await kube.get(refOf(request), signal)) as LeaseObject | undefined
    const renewal = `${lease?.spec?.holderIdentity}@${lease?.spec?.renewTime}`
    if (seen?.renewal !== renewal) seen = { renewal, since: clock.now().getTime() }
    const isExpired = clock.now().getTime() - seen.since > (lease?.spec?.leaseDurationSeconds ?? DURATION_S) * 1_000
    if (lease === undefined || isFree(lease, request.runner) || isExpired) {
      const taken = await take(kube, lease, request)
      if (taken !== undefined) return hold(kube, taken, request)
    } else if (!wait && !isForeignHost(lease, request.runner)) throw locked(lease, request)
    else if (!wait && clock.now().getTime() - seen.since === 0 && (await isRenewedSoon(kube, lease, request)))
      throw locked(lease, request)
    await clock.sleep(LOOK_MS, signal)
  }
}

/** Another machine's process cannot be asked: it lives as long as it renews. */
async function isRenewedSoon(kube: KubePort, lease: LeaseObject, request: LeaseRequest): Promise<boolean> {
  const before = lease.spec?.renewTime
  for (let waited = 0; waited <= DURATION_S * 1_000; waited += LOOK_MS) {
    await request.clock.sleep(LOOK_MS, request.signal)
    const now = (await kube.get(refOf(request), request.signal)) as LeaseObject | undefined
    if (now?.spec?.holderIdentity !== lease.spec?.holderIdentity) return false
    if (now?.spec?.renewTime !== before) return true
  }
  return false
}

function refOf({ name, namespace }: LeaseRequest) {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, namespace }
}

/** host/boot/pid/instance */
function identityOf({ hostname, bootId, pid, instance }: LeaseRunner): string {
  return [hostname, bootId, pid, instance].join('/')
}

function isFree(lease: LeaseObject, runner: LeaseRunner): boolean {
  const holder = lease.spec?.holderIdentity ?? ''
  if (holder === '') return true
  const [host, boot, pid] = holder.split('/')
  if (host !== runner.hostname) return false
  return boot !== runner.bootId || !runner.isProcessAlive(Number(pid))
}

function isForeignHost(lease: LeaseObject, runner: LeaseRunner): boolean {
  return lease.spec?.holderIdentity?.split('/')[0] !== runner.hostname
}

async function take(
  kube: KubePort,
  lease: LeaseObject | undefined,
  request: LeaseRequest,
): Promise<LeaseObject | undefined> {
  const now = microTime(request.clock.now())
  const spec = {
    holderIdentity: identityOf(request.runner),
    leaseDurationSeconds: DURATION_S,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease === undefined ? 0 : 1),
  }
  const { name, namespace } = request
  try {
    if (lease !== undefined) return (await kube.replace({ ...lease, ...kindOf, spec }, request.signal)) as LeaseObject
    const labels = { 'app.kubernetes.io/managed-by': 'kaito' }
    return (await kube.create(
      { ...kindOf, metadata: { name, namespace, labels }, spec },
      request.signal,
    )) as LeaseObject
  } catch (error) {
    const isRace =
      error instanceof KaitoError &&
      (error.code === 'CONFLICT' || error.code === 'NOT_FOUND') &&
      !/namespaces? "/.test(error.reason ?? '')
    if (isRace) return undefined
    throw error
  }
}

const kindOf = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const

function hold(kube: KubePort, taken: LeaseObject, request: LeaseRequest): HeldLease {
  const [lost, done] = [new AbortController(), new AbortController()]
  let current = taken
  const renew = async (): Promise<void> => {
    for (;;) {
      await request.clock.sleep(RENEW_MS, done.signal)
      const spec = { ...current.spec, renewTime: microTime(request.clock.now()) }
      current = (await kube.replace({ ...current, ...kindOf, spec }, done.signal)) as LeaseObject
    }
  }
  const renewing = renew().catch((error: unknown) => {
    if (!done.signal.aborted) lost.abort(lockLost(error, request))
  })
  return {
    lost: lost.signal,
    async release() {
      done.abort()
      await renewing
      if (lost.signal.aborted) return
      const spec = { ...current.spec, holderIdentity: '', renewTime: microTime(request.clock.now()) }
      const free = (await kube.get(refOf(request), new AbortController().signal).catch(() => undefined)) as
        | LeaseObject
        | undefined
      if (free?.spec?.holderIdentity !== identityOf(request.runner)) return
      await kube.replace({ ...free, ...kindOf, spec }, new AbortController().signal).catch(() => undefined)
    },
  }
}

/** Leases hold microseconds. */
function microTime(date: Date): string {
  return date.toISOString().replace(/(\.\d{3})Z$/, '$1000Z')
}

function locked(lease: LeaseObject, { name, namespace }: LeaseRequest): KaitoError {
  const [host, , pid] = lease.spec?.holderIdentity?.split('/') ?? []
  return new KaitoError({
    code: 'LOCKED',
    phase: 'apply',
    message: `Another kaito run works on this workspace: process ${pid} on ${host}, since ${lease.spec?.acquireTime}.`,
    hint: 'Wait for it with --wait-lock, or look at it: kaito status',
    retryable: 'later',
    resource: { kind: 'Lease', name, namespace },
  })
}

function lockLost(cause: unknown, { name, namespace }: LeaseRequest): KaitoError {
  const isSilent = cause instanceof KaitoError && cause.code === 'UNAVAILABLE'
  const what = isSilent ? 'The API server has stopped answering' : `The lock Lease/${name} could not be renewed`
  return new KaitoError({
    code: isSilent ? 'UNAVAILABLE' : 'LOCK_LOST',
    phase: 'apply',
    message: `${what}; the run stopped before its next write.`,
    reason: cause instanceof Error ? cause.message : String(cause),
    hint: 'Run the same command again: it goes on from here.',
    retryable: 'later',
    resource: { kind: 'Lease', name, namespace },
  })
}
