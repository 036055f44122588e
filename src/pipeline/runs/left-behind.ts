/** What to tell somebody whose deploy or delete ended before its end: what exists, how to go on, how to undo. */

import { advice, type Command, kaito } from '#core/advice.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import type { PlanResult, Target } from '#core/results.ts'

/** How far a run came, as far as it matters for what is left. */
export interface Reached {
  /** The cloud has been asked for the pool. */
  pool: boolean
  /** Objects have been written. */
  objects: boolean
}

/** The same error, with what is left and both ways out. Errors that leave nothing behind stay as they are. */
export function withLeftBehind(error: unknown, plan: PlanResult, reached: Reached): unknown {
  if (!(error instanceof KaitoError)) return error
  const left = leftBehind(plan, reached)
  if (left.length === 0) return error
  const { objectName, namespace } = plan.plan
  return error.with({ left: [...error.left, ...left], undo: advice`${deleteCommand(objectName, namespace)}` })
}

/** Nothing had failed: to go on is the advice already. */
function isCutShort({ code }: KaitoError): boolean {
  return code === 'INTERRUPTED' || code === 'TIMED_OUT'
}

function leftBehind({ plan, pool }: PlanResult, reached: Reached): string[] {
  const left: string[] = []
  if (plan.pool.mode === 'create' && (reached.pool || pool.change !== 'created')) {
    const { request } = plan.pool
    left.push(
      `Node pool ${request.name} (${plan.pool.nodes} × ${request.instanceType}, ${priceOf(plan.pool)}) exists or is being made.`,
    )
  }
  if (reached.objects) left.push(`Objects of workspace ${plan.objectName} are in namespace ${plan.namespace}.`)
  return left
}

function priceOf(pool: PoolDecision): string {
  if (pool.mode === 'existing') return 'on your own nodes'
  return pool.usdPerHour === undefined ? 'price unknown' : `about $${pool.usdPerHour.toFixed(2)} per hour`
}

/** What a delete had begun to take away, and had not proved gone when it ended. */
export interface Remaining {
  objectName: string
  target: Target
  pools: NodePool[]
}

/** The same error, with what may remain and the command that goes on. Undefined: nothing had been begun. */
export function withRemaining(error: unknown, remaining: Remaining | undefined): unknown {
  if (!(error instanceof KaitoError) || remaining === undefined) return error
  const { objectName, target } = remaining
  const pools = remaining.pools
    // What the error is about it has named itself.
    .filter(({ name }) => error.resource?.name !== name)
    .map(
      ({ name, count, instanceType }) => `Node pool ${name} (${count} × ${instanceType}) may still be there and bill.`,
    )
  if (error.code === 'LEFTOVERS') return error.with({ left: [...error.left, ...pools] })
  const objects = `Objects of workspace ${objectName} may still be in namespace ${target.namespace}.`
  const left = [...error.left, ...pools, objects]
  const goOn = advice`${deleteCommand(objectName, target.namespace)}`
  return isCutShort(error) ? error.with({ left, hint: advice`Go on: ${goOn}` }) : error.with({ left, goOn })
}

export function deleteCommand(workspace: string, namespace: string): Command {
  return kaito('delete', { workspace, namespace, settings: { yes: true } })
}
