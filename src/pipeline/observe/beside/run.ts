/** Which run holds a workspace, by its Lease. */
import { findRun, type LeaseRun } from '#cluster/lock/lease.ts'
import { leaseName } from '#core/objects/labels.ts'
import type { Ports } from '../../ports.ts'
import { timeOf } from '../../time/pace.ts'
import { ifPermitted } from '../if-permitted.ts'

/** The run that is at work on it, or was last: `none` ever, or `hidden` from this identity. */
export async function readRun(
  objectName: string,
  namespace: string,
  ports: Ports,
): Promise<LeaseRun | 'none' | 'hidden'> {
  const { kube, runner, signal } = ports
  const request = { name: leaseName(objectName), namespace, runner, signal }
  const found = await ifPermitted(findRun(kube, request, timeOf(ports)).then((run) => run ?? 'none'))
  return found ?? 'hidden'
}
