/** The plan beside the node pool that is there: what cannot be changed, what is idle, what it comes to. */

import { advice, kaito, setting } from '#core/advice.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import type { PoolChange, PoolLeft } from '#core/results.ts'

/** A cloud changes no machine type, and this pool is none that the root knows of: it cannot be moved away from. */
export function refuseOtherMachine({ pool, objectName, namespace }: Plan, live: NodePool | undefined): void {
  if (pool.mode === 'existing' || live === undefined || live.state === 'deleting') return
  const { name, instanceType } = pool.request
  if (live.instanceType.toLowerCase() === instanceType.toLowerCase()) return
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `Node pool ${name} of workspace ${objectName} has machines of type ${live.instanceType}, not ${instanceType}, and the type of a pool cannot be changed.`,
    hint: advice`Ask for ${live.instanceType}; or deploy beside it under another name: ${setting('name', 'NAME')}; or take it away, and deploy it again: ${kaito('delete', { workspace: objectName, namespace })}`,
    resource: { kind: 'NodePool', name },
  })
}

/** What is billed: the nodes that there are, or will be, and not only those that are needed. */
export function billedPool(pool: PoolDecision, live: NodePool | undefined, shrinks: boolean): PoolDecision {
  if (pool.mode === 'existing' || !isThere(live)) return pool
  if (shrinks && live.isAutoscaled !== true) return pool
  const nodes = live.isAutoscaled === true ? live.count : Math.max(live.count, pool.request.count)
  const { usdPerHour } = pool.sku
  return { ...pool, nodes, usdPerHour: usdPerHour === undefined ? undefined : usdPerHour * nodes }
}

export function poolChange(
  { pool }: Plan,
  live: NodePool | undefined,
  shrinks: boolean,
  leaves: readonly PoolLeft[],
): PoolChange {
  if (pool.mode === 'existing') return { name: pool.nodes.join(', '), change: 'existing' }
  const change = changeOf(pool.request, live, shrinks)
  return leaves.length === 0 ? change : { ...change, leaves }
}

function changeOf(
  { name, count }: Pick<NodePoolRequest, 'name' | 'count'>,
  live: NodePool | undefined,
  shrinks: boolean,
): PoolChange {
  if (shrinks && isLarger(live, count)) return { name, change: 'shrunk', nodes: { from: live.count, to: count } }
  if (!isThere(live)) return { name, change: 'created' }
  if (live.isAutoscaled === true || live.count >= count) return { name, change: 'unchanged' }
  return { name, change: 'scaled', nodes: { from: live.count, to: count } }
}

/** Nodes of its pool that a workspace has, and could do without. */
export interface Idle {
  pool: string
  there: number
  needed: number
  /** Each. */
  usdPerHour: number | undefined
}

/** Nodes go when somebody says so, and not beside another change. */
export function idleNodes({ pool, there, needed, usdPerHour }: Idle, about: ScaleAbout): PlanWarning[] {
  if (there <= needed) return []
  const { replicas, ...where } = about
  const price = usdPerHour === undefined ? '' : ` at $${usdPerHour.toFixed(2)} per hour each`
  return [
    {
      code: 'idle-nodes',
      message: advice`Node pool ${pool} has ${there} nodes${price}, and ${needed} would do. Remove what is idle: ${kaito('scale', { ...where, settings: { replicas } })}`,
    },
  ]
}

/** One that has failed bills for the machines that it has, too. */
function isLarger(live: NodePool | undefined, count: number): live is NodePool {
  if (live === undefined || live.isAutoscaled === true || live.count <= count) return false
  return live.state === 'failed' || isThere(live)
}

interface ScaleAbout {
  workspace: string
  namespace: string
  replicas: number
}

/** Those of a pool that nobody else looks after. */
export function idleNodesOf(plan: Plan, live: NodePool | undefined): PlanWarning[] {
  const { pool, objectName: workspace, namespace, replicas } = plan
  if (pool.mode === 'existing' || live?.state !== 'ready' || live.isAutoscaled === true) return []
  const { name, count: needed } = pool.request
  const idle = { pool: name, there: live.count, needed, usdPerHour: pool.sku.usdPerHour }
  return idleNodes(idle, { workspace, namespace, replicas })
}

function isThere(live: NodePool | undefined): live is NodePool {
  return live?.state === 'ready' || live?.state === 'updating'
}
