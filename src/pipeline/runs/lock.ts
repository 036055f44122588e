/** One mutating run per workspace at a time: a Lease, renewed while the work goes on, released at its end. */

import { acquireLease, type HeldLease, type Verb } from '#cluster/lock/lease.ts'
import { leaseName } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'

export interface LockScope {
  objectName: string
  namespace: string
  verb: Verb
  /** Wait for another holder instead of failing. */
  wait: boolean
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
