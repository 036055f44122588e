/** The steps by which a workspace leaves a node pool for another: once it answers from the new one, the one before is taken away. */
import type { CloudPort } from '#clouds/cloud.ts'
import { ownedBy } from '#cluster/apply/membership.ts'
import { advice, kaito } from '#core/advice.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { typeOf } from '#core/objects/kinds.ts'
import type { Plan } from '#core/plan/types.ts'
import { moved, type RootState } from '#core/state/root.ts'
import type { Applying } from '../steps/objects.ts'
import { goneStepName, poolGoneStep } from '../steps/pool-gone.ts'
import { actsOnce, type Learned, type Seen, type Step, type Titled } from '../steps/step.ts'
import { emptyStep } from '../steps/vacated.ts'

/** The root forgets a pool when the cloud has said that it is gone. */
export function moveSteps(
  { prepared, root, force }: Applying,
  cloud: CloudPort,
  stateAfter: (seen: Seen) => RootState,
): Step[] {
  const { plan, move, members } = prepared
  const told: Titled = { phase: 'destroy', title: 'old node pool' }
  const settle: Step['act'] = async (_, { kube, signal }): Promise<Learned> => {
    const stored = []
    for (const object of ownedBy(move.atRest, root.current())) stored.push(await kube.apply(object, { signal, force }))
    return { stored }
  }
  const forget: Step['act'] = async (seen) => ({
    root: await root.write(moved(stateAfter(seen)), members.map(typeOf)),
  })
  const stillThere = (pool: NodePool, cause: unknown): KaitoError => stillBills(pool, plan, cause)
  const gone = move.left.map((pool, index) => {
    const before = move.left[index - 1]
    return poolGoneStep(pool, cloud, stillThere, { needs: [before ? goneStepName(before) : 'vacated'], told })
  })
  return [
    emptyStep(move.left, { needs: ['endpoint', 'written'], told }),
    ...gone,
    actsOnce('at rest', 'it is as it was for the move', settle, { needs: ['endpoint'] }),
    actsOnce('moved', 'the root still names what is gone', forget, {
      needs: ['at rest', ...move.left.map(goneStepName)],
    }),
  ]
}

function stillBills({ name, count, instanceType, rawState }: NodePool, plan: Plan, cause: unknown): KaitoError {
  const { objectName: workspace, namespace } = plan
  const reason = cause instanceof KaitoError ? (cause.reason ?? cause.message) : String(cause ?? `state ${rawState}`)
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `Workspace ${workspace} answers from its new machines, but the old node pool ${name} (${count} × ${instanceType}) is still there and still bills.`,
    reason,
    hint: advice`Run the same command again. What there is: ${kaito('status', { workspace, namespace })}`,
    retryable: 'later',
    resource: { kind: 'NodePool', name },
    raw: cause instanceof KaitoError ? cause.raw : undefined,
    cause,
  })
}
