/** The steps of a deploy, and what each of them needs to be done before it. */

import type { CloudPort } from '#clouds/cloud.ts'
import { memberKinds } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { isNodeIn, isNodeOf } from '#core/objects/labels.ts'
import { servedNameOf } from '#core/plan/served-name.ts'
import { isPoolMade } from '#core/results.ts'
import { intentOf, moved, type RootState, withPoolId } from '#core/state/root.ts'
import { nodesToRelease } from '#core/status/nodes.ts'
import { servingPods } from '#core/status/verdict.ts'
import { workloadOf } from '#core/workload/workload.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { readAccess } from '../observe/api-key.ts'
import { followedIn, seenKinds } from '../observe/seen-kinds.ts'
import type { Ports } from '../ports.ts'
import type { Prepared } from '../prepared.ts'
import { endpointStep, type TargetOf } from '../steps/endpoint.ts'
import { foundLengthStep, withFound } from '../steps/found-length.ts'
import { barStep, uncordonStep } from '../steps/idle-nodes.ts'
import { type CreateDecision, poolMade, poolStep } from '../steps/node-pool.ts'
import { nodesStep } from '../steps/nodes.ts'
import { type Applying, groundOf, groundworkStep, objectsStep } from '../steps/objects.ts'
import { revisionStep } from '../steps/revision.ts'
import { rolloutStep } from '../steps/rollout.ts'
import { intentStep, type RootWriter } from '../steps/root.ts'
import type { Seen, Step, Titled } from '../steps/step.ts'
import { enginePorts } from '../use/address.ts'
import { moveSteps } from './move-steps.ts'
import { shrinkSteps } from './shrink-steps.ts'

export function deploySteps(prepared: Prepared, root: RootWriter, force: boolean, ports: Ports): Step[] {
  const { plan, replicas, members, facts } = prepared
  const { objectName, namespace, pool, startup } = plan
  const key = { name: objectName, namespace }
  const workload = workloadOf(plan.workspace, ports.workloads)
  const apply: Titled = { phase: 'apply', title: 'apply' }
  const start: Titled = { phase: 'watch', title: 'start', usualSeconds: startup.seconds }
  const verify: Titled = { phase: 'verify', title: 'verify' }
  const content = (seen: Seen) => ({
    objectName,
    namespace,
    state: moved(stateAfter(prepared, seen)),
    objects: members,
  })
  return [
    ...(pool.mode === 'create' && facts.cloud !== undefined
      ? poolSteps({ prepared, root, force }, pool, facts.cloud, ports)
      : []),
    objectsStep({ prepared, root, force }, (seen) => stateAfter(prepared, seen), {
      needs: ['nodes', 'groundwork', 'bar'],
      told: apply,
    }),
    rolloutStep(key, replicas, followedIn(seenKinds(ports.workloads), [workload]), { needs: ['objects'], told: start }),
    ...(pool.mode === 'create' && facts.cloud !== undefined && prepared.pool.change === 'shrunk'
      ? shrinkSteps({ prepared, root, force }, pool, facts.cloud, (seen) => stateAfter(prepared, seen), ports)
      : []),
    endpointStep((seen, now) => targetOf(prepared, seen, now, ports), { needs: ['rollout', 'settled'], told: verify }),
    ...(facts.cloud !== undefined && prepared.move.left.length > 0
      ? moveSteps({ prepared, root, force }, facts.cloud, (seen) => stateAfter(prepared, seen))
      : [foundLengthStep(prepared, root, (seen) => stateAfter(prepared, seen), { needs: ['endpoint', 'settled'] })]),
    revisionStep(content, { needs: ['endpoint', 'written', 'moved', 'context'] }),
  ]
}

/** The pool is written down before it is asked for, and its operation before it is followed: a killed run loses nothing. */
function poolSteps(applying: Applying, decision: CreateDecision, cloud: CloudPort, { catalog }: Ports): Step[] {
  const { prepared, root } = applying
  const { plan, facts, state, livePool: live, move } = prepared
  const usual = { usualSeconds: decision.usualSeconds.ready + decision.usualSeconds.gpus }
  const told: Titled = { phase: 'provision', title: 'node pool', ...(isPoolMade(prepared.pool) ? usual : {}) }
  const kinds = memberKinds(prepared)
  const before = facts.seen.root?.state
  const intent = intentOf(state, before)
  // A second kill must find the operation that the first one left.
  const token = before?.pool?.name === decision.request.name ? before.operation : undefined
  const isToSay = prepared.pool.change !== 'unchanged' || move.left.length > 0
  const keep = async (operation: string | undefined): Promise<unknown> =>
    operation === undefined ? undefined : root.write({ ...intent, operation }, kinds)
  const isOwn = (node: KubeObject): boolean =>
    isNodeOf(node, plan.objectName, plan.namespace) && isNodeIn(node, decision.request)
  const own = (facts.seen.allNodes ?? []).filter(isOwn)
  const cordoned = nodesToRelease(own, decision.request.count)
  const traits = catalog.clouds.find(({ id }) => id === decision.cloud)
  return [
    ...(isToSay ? [intentStep(root, token === undefined ? intent : { ...intent, operation: token }, kinds, told)] : []),
    // One that failed would be asked for again, with all the machines that are to go.
    ...(prepared.pool.change === 'shrunk' && live?.state === 'failed'
      ? []
      : [poolStep({ request: decision.request, live, token }, cloud, keep, { needs: ['root'], told })]),
    ...(isToSay && groundOf(prepared).length > 0
      ? [groundworkStep(applying, decision.request.name, { needs: ['root'], told })]
      : []),
    ...(cordoned.length > 0 ? [uncordonStep(cordoned, { needs: ['pool'], told })] : []),
    nodesStep(plan, decision, traits, { needs: ['pool', 'uncordon'], told }),
    ...(move.barred.length > 0 ? [barStep(move.barred, { needs: ['nodes'], told })] : []),
  ]
}

/** The root's state once all of it is done, but for pools that go at the end. */
function stateAfter({ plan, state }: Prepared, seen: Seen): RootState {
  const known = withFound(state, seen.learned)
  return plan.pool.mode === 'create' ? withPoolId(known, poolMade(seen, plan.pool.request.name)) : known
}

async function targetOf(
  { plan, members, replicas }: Prepared,
  seen: Seen,
  now: Date,
  ports: Ports,
): ReturnType<TargetOf> {
  if (!seen.work.answers) return 'none'
  if (replicas === 0) return undefined
  const { objectName, namespace } = plan
  const engine = engineServing(plan.workspace.annotations, ports.engines)
  return {
    objectName,
    namespace,
    servedModelName: servedNameOf(plan, engine),
    pods: servingPods(seen, now, replicas),
    access: await readAccess(plan.apiKeySecret, namespace, ports),
    ...enginePorts(members, engine),
  }
}
