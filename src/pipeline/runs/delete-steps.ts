/** The steps of a delete: workload, node pools, what they leave behind, and the root as the last that knows of it. */

import type { CloudPort } from '#clouds/cloud.ts'
import type { HeldLease } from '#cluster/lock/lease.ts'
import { type Advice, advice } from '#core/advice.ts'
import type { Leftover, NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import type { ObjectChange } from '#core/results.ts'
import { ownerOf, recordsOf } from '#core/status/before-change.ts'
import type { Found } from '../observe/owned.ts'
import { seenKinds } from '../observe/seen-kinds.ts'
import type { Ports } from '../ports.ts'
import { goneStep } from '../steps/gone.ts'
import { goneStepName, leftoversStep, poolGoneStep } from '../steps/pool-gone.ts'
import { actsOnce, type Learned, type Step, type Titled } from '../steps/step.ts'
import { deleteCommand } from './left-behind.ts'

export function deleteSteps(
  found: Found,
  cloud: CloudPort | undefined,
  lock: HeldLease,
  { workloads }: Pick<Ports, 'workloads'>,
): Step[] {
  const { seen, pools, leftovers } = found
  const { name, namespace } = seen
  const told: Titled = { phase: 'destroy', title: 'verify gone' }
  const hasCloudThings = cloud !== undefined && pools.length + leftovers.length > 0
  return [
    workloadStep(found),
    ...(hasCloudThings ? cloudSteps(found, cloud) : []),
    goneStep({ name, namespace }, seenKinds(workloads), pools.length > 0, {
      needs: ['workload', 'leftovers'],
      told,
    }),
    forgetStep(found, lock),
  ]
}

function workloadStep({ members }: Found): Step {
  const take: Step['act'] = ({ learned }, ports) => deleteAll(members, learned, ports)
  const told: Titled = { phase: 'destroy', title: 'workload' }
  return actsOnce('workload', 'its objects have not been taken away', take, { needs: [], told })
}

/** One pool after the other: what fails names the one that still bills. */
function cloudSteps(found: Found, cloud: CloudPort): Step[] {
  const told: Titled = { phase: 'destroy', title: 'node pool' }
  const stillThere = (pool: NodePool, cause: unknown): KaitoError => leftover(pool, found, cause)
  const pools = found.pools.map((pool, index) => {
    const before = found.pools[index - 1]
    return poolGoneStep(pool, cloud, stillThere, { needs: [before ? goneStepName(before) : 'workload'], told })
  })
  const last = pools.at(-1)?.name ?? 'workload'
  const stillBilling = (thing: Leftover): KaitoError => stillBills(thing, found)
  return [...pools, leftoversStep(ownerOf(found.seen), cloud, stillBilling, { needs: [last], told })]
}

/** The root goes when nothing is left that it would be needed for, and the lock with it. */
function forgetStep({ seen }: Found, lock: HeldLease): Step {
  const { revisions, root } = recordsOf(seen)
  const refs = [...revisions, ...(root === undefined ? [] : [root])]
  const forget: Step['act'] = async ({ learned }, ports) => {
    const deleted = await deleteAll(refs, learned, ports)
    await lock.remove()
    return deleted
  }
  return actsOnce('root', 'the root is still there', forget, { needs: ['gone'] })
}

/** What was there, after what was deleted before. */
async function deleteAll(
  refs: readonly ObjectRef[],
  { deleted = [] }: Learned,
  { kube, signal, emit }: Ports,
): Promise<Learned> {
  const changes: ObjectChange[] = []
  for (const ref of refs) {
    if (!(await kube.delete(ref, { signal }))) continue
    changes.push({ ref, change: 'deleted' })
    emit({ type: 'object.applied', phase: 'destroy', object: ref, change: 'deleted' })
  }
  return { deleted: [...deleted, ...changes] }
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
function leftover(pool: NodePool, found: Found, cause: unknown): KaitoError {
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

function runAgain({ seen }: Found): Advice {
  return advice`Run the same command again: ${deleteCommand(seen.name, seen.namespace)}`
}
