/** Takes a workspace away and proves it: workload, node pools, root, and what the cloud and the cluster say afterwards. */

import type { CloudPort } from '#clouds/cloud.ts'
import type { HeldLease } from '#cluster/lock/lease.ts'
import type { EventBody } from '#core/events.ts'
import type { DeleteResult, ObjectChange, PoolChange } from '#core/results.ts'
import { cut } from '../observe/memory.ts'
import { type DestroyRequest, type Found, isMore, lookFor } from '../observe/owned.ts'
import { announceTarget } from '../observe/target.ts'
import type { Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { inPhase } from '../time/phase.ts'
import { deleteSteps } from './delete-steps.ts'
import { type Course, drive, newCourse } from './drive.ts'
import { type Remaining, withRemaining } from './left-behind.ts'
import { withLock } from './lock.ts'
import type { RunWatches } from './run-watches.ts'

export interface DestroyOptions {
  waitLock: boolean
  watches: RunWatches
  /** Asked when there has come to be more of it since the first look. */
  confirm(found: Found): Promise<void>
}

/** What was found before anything is taken away. */
export interface Looked {
  request: DestroyRequest
  first: Found
  elapsedMs: number
}

export async function lookAt(request: DestroyRequest, ports: Ports): Promise<Looked> {
  const start = ports.clock.now().getTime()
  const { found: first } = await inPhase(ports, 'plan', 'look', () => lookFor(request, ports))
  announceTarget(first.target, ports)
  if (first.isCloudUnsupported) ports.emit(unsupported(first))
  return { request, first, elapsedMs: ports.clock.now().getTime() - start }
}

export async function destroy(
  { request, first, elapsedMs }: Looked,
  { waitLock, watches, confirm }: DestroyOptions,
  ports: Ports,
): Promise<DeleteResult> {
  const start = ports.clock.now().getTime()
  const { objectName, placement } = request
  const { namespace } = placement
  const course = newCourse()
  let begun: Found | undefined
  const work = async (locked: Ports, lock: HeldLease): Promise<Gone> => {
    // Another run may have made more, or less, of it while this one had not the lock.
    const { found, cloud } = await lookFor(request, locked)
    if (isMore(found, first)) await confirm(found)
    begun = found
    return takeAway(found, cloud, lock, { course, watches: watches.of({ name: objectName, namespace }) }, locked)
  }
  const gone = await withLock({ objectName, namespace, verb: 'delete', wait: waitLock }, ports, work).catch(
    (error: unknown) => {
      throw withRemaining(error, begun === undefined ? undefined : remainingOf(begun, course))
    },
  )
  return {
    kind: 'Delete',
    workspace: objectName,
    ...gone,
    elapsedMs: elapsedMs + ports.clock.now().getTime() - start,
  }
}

type Gone = Pick<DeleteResult, 'target' | 'pool' | 'changes'>

async function takeAway(
  found: Found,
  cloud: CloudPort | undefined,
  lock: HeldLease,
  { course, watches }: { course: Course; watches: Watches },
  ports: Ports,
): Promise<Gone> {
  const { seen, target, pools } = found
  const key = { name: seen.name, namespace: seen.namespace }
  const look = async () => cut(watches.memory, key)
  await drive(deleteSteps(found, cloud, lock, ports), { look, watches, course }, ports)
  const kept = found.kept.map((ref): ObjectChange => ({ ref, change: 'kept' }))
  const pool: PoolChange = { name: pools.map((each) => each.name).join(', '), change: 'deleted' }
  const changes = [...(course.learned.deleted ?? []), ...kept]
  return { target, pool: cloud === undefined || pools.length === 0 ? undefined : pool, changes }
}

/** What was not proved gone. */
function remainingOf({ seen, target, pools }: Found, { learned }: Course): Remaining {
  return { objectName: seen.name, target, pools: pools.filter(({ name }) => learned.pools?.[name]?.isProved !== true) }
}

function unsupported({ target: { cloud } }: Found): EventBody {
  const message = `kaito does not create node pools on ${cloud}, and did not look for any.`
  return { type: 'warning', phase: 'plan', code: 'pools-not-looked-for', message }
}
