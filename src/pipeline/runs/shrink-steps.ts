/** The steps by which a deploy takes nodes away that it does not need: after its rollout, and beside asking the endpoint. */
import type { CloudPort } from '#clouds/cloud.ts'
import { typeOf } from '#core/objects/kinds.ts'
import type { RootState } from '#core/state/root.ts'
import { workloadOf } from '#core/workload/workload.ts'
import { followedIn, seenKinds } from '../observe/seen-kinds.ts'
import type { Ports } from '../ports.ts'
import { cordonStep, drainStep } from '../steps/idle-nodes.ts'
import type { CreateDecision } from '../steps/node-pool.ts'
import type { Applying } from '../steps/objects.ts'
import { rolloutStep } from '../steps/rollout.ts'
import { nodesLeftStep, shrinkStep } from '../steps/shrink.ts'
import { actsOnce, type Seen, type Step, type Titled } from '../steps/step.ts'

/** Nodes go when the pods have gone, and are proved gone at the cloud; what serves is asked beside that. */
export function shrinkSteps(
  { prepared, root }: Applying,
  { request }: CreateDecision,
  cloud: CloudPort,
  stateAfter: (seen: Seen) => RootState,
  ports: Ports,
): Step[] {
  const { plan, replicas, members } = prepared
  const key = { name: plan.objectName, namespace: plan.namespace }
  const drain: Titled = { phase: 'provision', title: 'drain' }
  const told: Titled = { phase: 'provision', title: 'shrink' }
  const kinds = followedIn(seenKinds(ports.workloads), [workloadOf(plan.workspace, ports.workloads)])
  const write = (seen: Seen, operation: string | undefined) => {
    const state = stateAfter(seen)
    return root.write(operation === undefined ? state : { ...state, operation }, members.map(typeOf))
  }
  const forget: Step['act'] = async (seen) => ({ root: await write(seen, undefined) })
  // Of the shrink that is taken now, and known to nobody else.
  const keep = async (operation: string | undefined): Promise<unknown> =>
    operation === undefined ? undefined : root.write({ ...prepared.state, operation }, members.map(typeOf))
  return [
    cordonStep({ replicas, pool: request }, { needs: ['rollout'], told: drain }),
    drainStep({ needs: ['cordon'], told: drain }),
    { ...rolloutStep(key, replicas, kinds, { needs: ['drain'], told: drain }), name: 'settled' },
    shrinkStep(request, cloud, keep, { needs: ['settled'], told }),
    nodesLeftStep(request, { needs: ['shrink'], told }),
    actsOnce('written', 'its operation is written down', forget, { needs: ['nodes left'] }),
  ]
}
