/** One mutating run per workspace at a time: a Lease, renewed while the work goes on, released at its end. */
import { acquireLease, type HeldLease } from '#kube/lease.ts'
import { leaseKind } from '#kube/lease-renewal.ts'
import { type LeaseRun, runOf, type Verb } from '#kube/lease-run.ts'
import { ifPermitted } from './permitted.ts'
import type { Ports } from './ports.ts'

export interface LockScope {
  objectName: string
  namespace: string
  verb: Verb
  /** Wait for another holder instead of failing. */
  wait: boolean
}

function leaseName(objectName: string): string {
  return `${objectName}-kaito`
}

/** Runs the work under the lock; its signal aborts when the lock is lost. */
export async function withLock<T>(
  scope: LockScope,
  ports: Ports,
  work: (locked: Ports, lock: HeldLease) => Promise<T>,
): Promise<T> {
  const lease = await acquireLease(ports.kube, {
    name: leaseName(scope.objectName),
    namespace: scope.namespace,
    verb: scope.verb,
    runner: ports.runner,
    clock: ports.clock,
    signal: ports.signal,
    wait: scope.wait,
    onWait: (holder) =>
      ports.emit({
        type: 'step.progress',
        phase: 'apply',
        subject: 'lock',
        state: 'waiting',
        detail: `held by ${holder}`,
      }),
  })
  try {
    return await work({ ...ports, signal: AbortSignal.any([ports.signal, lease.lost]) }, lease)
  } finally {
    await lease.release()
  }
}

/** The run that is at work on it, or was last: `none` ever, or `hidden` from this identity. */
export async function readRun(
  objectName: string,
  namespace: string,
  ports: Ports,
): Promise<LeaseRun | 'none' | 'hidden'> {
  const ref = { ...leaseKind, name: leaseName(objectName), namespace }
  const found = await ifPermitted(ports.kube.get(ref, ports.signal).then((lease) => ({ lease })))
  if (found === undefined) return 'hidden'
  if (found.lease === undefined) return 'none'
  return runOf(found.lease, ports.runner, ports.clock.now())
}
