/** A pool cannot change its machine type: another one is made, the pods come over, and the one before goes. */
import { asMember } from '#cluster/apply/membership.ts'
import { replicasOf, withoutReplicas } from '#cluster/apply/replicas-owner.ts'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import { formatRef, type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { isNodeIn, isNodeOf, ownPoolLabelsIn } from '#core/objects/labels.ts'
import { MOVE } from '#core/placement/update.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PoolLeft } from '#core/results.ts'
import { leavingOf, type RootPool } from '#core/state/root.ts'
import type { Facts } from '../observe/facts.ts'
import type { Ports } from '../ports.ts'
import type { Move, Prepared } from '../prepared.ts'

/** What the plan leaves behind, as far as the cloud still has it. */
export async function findLeft(plan: Plan, { seen, cloud }: Facts, { signal }: Ports): Promise<Move['left']> {
  const leaving = leavingOf(plan, seen.root?.state)
  const found = await Promise.all(leaving.map(({ name }) => cloud?.getPool(name, signal)))
  return found.filter((pool) => pool !== undefined)
}

/** Pools that the root goes on naming: of those that the cloud was asked about, the ones that it has. */
export function leavingAfter(plan: Plan, left: Move['left'], { seen, cloud }: Facts): RootPool[] {
  const state = seen.root?.state
  if (plan.pool.mode === 'existing') return state?.leaving ?? []
  const leaving = leavingOf(plan, state)
  return cloud === undefined ? leaving : leaving.filter((pool) => left.some(({ name }) => name === pool.name))
}

/** New pods take no GPU of the old ones: they all start at once. */
export function moving(plan: Plan, left: Move['left']): Plan {
  return left.length === 0 ? plan : { ...plan, update: MOVE }
}

export function pricedLeft(plan: Plan, left: Move['left'], { catalog }: Ports): PoolLeft[] {
  const cloud = plan.pool.mode === 'create' ? plan.pool.cloud : undefined
  return left.map(({ name, instanceType, count }) => {
    const each = catalog.machines.find(instanceType, cloud)?.usdPerHour
    return { name, instanceType, nodes: count, usdPerHour: each === undefined ? undefined : each * count }
  })
}

/** The pods of a workspace's first pool ask for any of its nodes. */
export function barredNodes({ pool, objectName, namespace }: Plan, left: Move['left'], { seen }: Facts): KubeObject[] {
  if (pool.mode === 'existing' || Object.keys(ownPoolLabelsIn(pool.request.labels)).length > 0) return []
  const own = (seen.allNodes ?? []).filter((node) => isNodeOf(node, objectName, namespace))
  return own.filter((node) => left.some((each) => isNodeIn(node, each)))
}

/** @param resting the rendered objects as they are when nothing moves. */
export function atRest(
  resting: readonly KubeObject[],
  moved: readonly KubeObject[],
  plan: Plan,
  { changes, facts }: Pick<Prepared, 'changes' | 'facts'>,
): KubeObject[] {
  const applied = new Map(changes.map(({ ref, object }) => [formatRef(ref), object]))
  return resting
    .filter((object, index) => canonicalJson(object) !== canonicalJson(moved[index]))
    .map((object) => {
      const isShared = replicasOf(applied.get(formatRef(refOf(object)))) === undefined
      return asMember(isShared ? withoutReplicas(object) : object, plan, facts.seen.root?.object)
    })
}
