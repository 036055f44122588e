/** Takes a workspace away and proves it: workload, node pools, root, and what the cloud and the cluster say afterwards. */

import type { CloudPort } from '#clouds/cloud.ts'
import type { HeldLease } from '#cluster/lock/lease.ts'
import { type Advice, advice, joined, kaito } from '#core/advice.ts'
import type { Leftover, NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import type { DeleteResult, ObjectChange, PoolChange } from '#core/results.ts'
import { type DestroyRequest, describeFound, type Found, isMore, lookFor } from '../observe/owned.ts'
import { announceTarget } from '../observe/target.ts'
import { nearNames } from '../observe/unknown-workspace.ts'
import type { Ports } from '../ports.ts'
import { awaitGone } from '../steps/gone.ts'
import { removeLeftovers, removePool } from '../steps/pool-gone.ts'
import { inPhase } from '../time/budget.ts'
import { deleteCommand, type Remaining, withRemaining } from './left-behind.ts'
import { withLock } from './lock.ts'

export interface DestroyOptions {
  waitLock: boolean
  confirm(found: Found): Promise<void>
}

export async function destroy(request: DestroyRequest, options: DestroyOptions, ports: Ports): Promise<DeleteResult> {
  const start = ports.clock.now().getTime()
  const { objectName, placement } = request
  const { namespace } = placement
  const { found: seen } = await inPhase(ports, 'plan', 'look', () => lookFor(request, ports))
  announceTarget(seen.target, ports)
  if (seen.isCloudUnsupported) ports.emit(unsupported(seen))
  await warnOfNear(seen, ports)
  await options.confirm(seen)
  const changes: ObjectChange[] = []
  let remaining: Remaining | undefined
  const work = async (locked: Ports, lock: HeldLease): Promise<Pick<DeleteResult, 'target' | 'pool'>> => {
    // Another run may have made more, or less, of it while this one had not the lock.
    const { found, cloud } = await lookFor(request, locked)
    if (isMore(found, seen)) await options.confirm(found)
    remaining = { objectName, target: found.target, pools: [...found.pools] }
    changes.push(...(await inPhase(locked, 'destroy', 'workload', () => deleteAll(found.members, locked))))
    const pool = await removePools(found, remaining.pools, cloud, locked)
    await inPhase(locked, 'destroy', 'verify gone', () => awaitGone(objectName, namespace, found, locked))
    changes.push(...(await deleteAll([...found.revisions, ...(found.root === undefined ? [] : [found.root])], locked)))
    await lock.remove()
    for (const ref of found.kept) changes.push({ ref, change: 'kept' })
    return { target: found.target, pool }
  }
  const gone = await withLock({ objectName, namespace, verb: 'delete', wait: options.waitLock }, ports, work).catch(
    (error: unknown) => {
      throw withRemaining(error, remaining)
    },
  )
  return {
    kind: 'Delete',
    workspace: objectName,
    ...gone,
    changes,
    elapsedMs: ports.clock.now().getTime() - start,
  }
}

/** Nothing is no failure; but what was meant may go on billing. */
async function warnOfNear(found: Found, ports: Ports): Promise<void> {
  if (describeFound(found).length > 0) return
  const { objectName, target } = found
  const near = await nearNames(objectName, target.namespace, ports)
  if (near.length === 0) return
  const there = joined(
    near.map((name) => kaito('delete', { workspace: name, namespace: target.namespace })),
    ', or: ',
  )
  const message = advice`There is nothing of ${objectName} in namespace ${target.namespace}. Did you mean: ${there}?`
  ports.emit({ type: 'warning', phase: 'plan', code: 'near-name', message })
}

function unsupported({ target: { cloud } }: Found): EventBody {
  const message = `kaito makes no node pools on ${cloud}, and has not looked for any there.`
  return { type: 'warning', phase: 'plan', code: 'pools-not-looked-for', message }
}

async function deleteAll(refs: readonly ObjectRef[], ports: Ports): Promise<ObjectChange[]> {
  const changes: ObjectChange[] = []
  for (const ref of refs) {
    if (!(await ports.kube.delete(ref, { signal: ports.signal }))) continue
    changes.push({ ref, change: 'deleted' })
    ports.emit({ type: 'object.applied', phase: 'destroy', object: ref, change: 'deleted' })
  }
  return changes
}

/** @param left loses each pool that is proved gone. */
async function removePools(
  found: Found,
  left: NodePool[],
  cloud: CloudPort | undefined,
  ports: Ports,
): Promise<PoolChange | undefined> {
  const { pools, leftovers } = found
  if (cloud === undefined || pools.length + leftovers.length === 0) return undefined
  return inPhase(ports, 'destroy', 'node pool', async () => {
    for (const pool of pools) {
      await removeWhole(pool, found, cloud, ports)
      left.shift()
    }
    const [first] = await removeLeftovers(found.owner, cloud, ports)
    if (first !== undefined) throw stillBills(first, found)
    return pools.length === 0 ? undefined : { name: pools.map(({ name }) => name).join(', '), change: 'deleted' }
  })
}

async function removeWhole(pool: NodePool, found: Found, cloud: CloudPort, ports: Ports): Promise<void> {
  try {
    await removePool(pool, cloud, ports)
  } catch (error) {
    throw leftover(pool, found, error, ports)
  }
  const still = await cloud.getPool(pool.name, ports.signal)
  if (still !== undefined) throw leftover(still, found, undefined, ports)
}

function stillBills({ kind, name, id }: Leftover, found: Found): KaitoError {
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `The ${kind} ${name} of a node pool that is gone is still there and may bill.`,
    details: [`${kind}/${name} ${id}`],
    hint: runAgain(found),
    retryable: 'later',
    resource: { kind, name },
  })
}

/** Whatever went wrong: what matters to the user is that this pool still bills. */
function leftover(pool: NodePool, found: Found, cause: unknown, ports: Ports): unknown {
  if (ports.signal.aborted) return ports.signal.reason
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `The node pool ${pool.name} (${pool.count} × ${pool.instanceType}) is still there and still bills.`,
    reason:
      cause instanceof KaitoError
        ? (cause.reason ?? cause.message)
        : cause === undefined
          ? `state ${pool.rawState}`
          : String(cause),
    details: [`NodePool/${pool.name} ${pool.id}`],
    hint: runAgain(found),
    retryable: 'later',
    resource: { kind: 'NodePool', name: pool.name },
    raw: cause instanceof KaitoError ? cause.raw : undefined,
    cause,
  })
}

function runAgain({ objectName, target }: Found): Advice {
  return advice`Run the same command again: ${deleteCommand(objectName, target.namespace)}`
}
