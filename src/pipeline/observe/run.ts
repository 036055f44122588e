/** Which run holds a workspace, by its Lease. */
import { findRun, type LeaseRun } from '#cluster/lock/lease.ts'
import { leaseName } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'
import { ifPermitted } from './if-permitted.ts'

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
