/** What to tell somebody whose deploy ended before its end: what exists, how to go on, how to undo. */
import { KaitoError } from '#core/errors.ts'
import type { PlanResult } from '#core/results.ts'

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
  const flags = plan.target.isSimulated === true ? ' --sandbox' : ''
  const { workspace, namespace } = { workspace: plan.plan.objectName, namespace: plan.target.namespace }
  const undo = `kaito delete ${workspace} -n ${namespace} --yes${flags}`
  return error.with({ details: [...error.details, ...left, `Go on: the same command again. Undo: ${undo}`] })
}

function leftBehind({ plan, pool }: PlanResult, reached: Reached): string[] {
  const left: string[] = []
  if (plan.pool.mode === 'create' && (reached.pool || pool.change !== 'created')) {
    const { usdPerHour, request } = plan.pool
    const price = usdPerHour === undefined ? 'price unknown' : `about $${usdPerHour.toFixed(2)} per hour`
    left.push(
      `Node pool ${request.name} (${request.count} × ${request.instanceType}, ${price}) exists or is being made.`,
    )
  }
  if (reached.objects) left.push(`Objects of workspace ${plan.objectName} are in namespace ${plan.namespace}.`)
  return left
}
