/** One mutating run per workspace at a time: a Lease, renewed while the work goes on, released at its end. */
import { acquireLease, findRun, type HeldLease, type LeaseRun, type Verb } from '#kube/lease.ts'
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
  { kube, runner, clock, signal }: Ports,
): Promise<LeaseRun | 'none' | 'hidden'> {
  const request = { name: leaseName(objectName), namespace, runner, clock, signal }
  const found = await ifPermitted(findRun(kube, request).then((run) => run ?? 'none'))
  return found ?? 'hidden'
}
