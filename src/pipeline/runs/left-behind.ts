/** What to tell somebody whose deploy or delete ended before its end: what exists, how to go on, how to undo. */

import { advice, type Command, kaito } from '#core/advice.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError, type KaitoErrorFields } from '#core/errors.ts'
import type { PoolDecision } from '#core/placement/decision.ts'
import { deployCommand } from '#core/redeploy.ts'
import { leftBy, type PlanResult, type PoolLeft, type Target } from '#core/results.ts'

/** How far a run came, as far as it matters for what is left. */
export interface Reached {
  /** What is going to be made is written down. */
  root: boolean
  /** The cloud has been asked for the pool. */
  pool: boolean
  /** Objects have been written. */
  objects: boolean
  /** Names of pools that were proved gone. */
  gone: readonly string[]
}

/** The same error, with what is left and both ways out. Errors that leave nothing behind stay as they are. */
export function withLeftBehind(error: unknown, plan: PlanResult, reached: Reached): unknown {
  if (!(error instanceof KaitoError)) return error
  const left = leftBehind(plan, reached, error)
  if (left.length === 0) return error
  return error.with({ left: [...error.left, ...left], ...waysOut(error, plan) })
}

/** Of a move: on, or back to the machines of before, unless it has come to its end but for what is still billed. */
function waysOut(error: KaitoError, { plan, pool }: PlanResult): Pick<KaitoErrorFields, 'goOn' | 'undo'> {
  const { objectName: workspace, namespace } = plan
  const to = (instanceType: string | undefined): Command | undefined =>
    instanceType === undefined
      ? undefined
      : deployCommand(plan.workspace, { workspace, namespace }, { instanceType, yes: true })
  const [on, back] = [to(plan.sizing.instanceType), to(leftBy(pool)[0]?.instanceType)]
  if (on === undefined || back === undefined) return { undo: advice`${deleteCommand(workspace, namespace)}` }
  if (error.code === 'LEFTOVERS') return {}
  return { ...(isCutShort(error) ? {} : { goOn: advice`${on}` }), undo: advice`${back}` }
}

/** Nothing had failed: to go on is the advice already. */
function isCutShort({ code }: KaitoError): boolean {
  return code === 'INTERRUPTED' || code === 'TIMED_OUT'
}

function leftBehind({ plan, pool }: PlanResult, reached: Reached, error: KaitoError): string[] {
  const left: string[] = []
  if (plan.pool.mode === 'create' && (reached.pool || pool.change !== 'created')) {
    const { request } = plan.pool
    left.push(
      `Node pool ${request.name} (${plan.pool.nodes} × ${request.instanceType}, ${priceOf(plan.pool)}) exists or is being made.`,
    )
  }
  // What the error is about it has named itself.
  const known = [...reached.gone, error.resource?.name]
  for (const each of reached.root ? leftBy(pool) : [])
    if (!known.includes(each.name)) left.push(stillServing(each, reached))
  if (reached.objects) left.push(`Objects of workspace ${plan.objectName} are in namespace ${plan.namespace}.`)
  return left
}

function stillServing({ name, nodes, instanceType, usdPerHour }: PoolLeft, { objects }: Reached): string {
  const about = `Node pool ${name} (${nodes} × ${instanceType}, ${hourly(usdPerHour)})`
  return objects
    ? `${about} is still there; its pods serve until new ones are Ready.`
    : `${about} is still there, and what serves on it is untouched.`
}

function priceOf(pool: PoolDecision): string {
  return pool.mode === 'existing' ? 'on your own nodes' : hourly(pool.usdPerHour)
}

function hourly(usdPerHour: number | undefined): string {
  return usdPerHour === undefined ? 'price unknown' : `about $${usdPerHour.toFixed(2)} per hour`
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
