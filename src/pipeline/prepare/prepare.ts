/** Spec → everything that a deploy is going to do, as one value. `plan` and `diff` print it, `deploy` runs it. */

import { planChanges } from '#cluster/apply/change-set.ts'
import { asMember, ownedBy } from '#cluster/apply/membership.ts'
import { advice, kaito } from '#core/advice.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { formatRef, inNamespace, type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { throwAll } from '#core/plan/engine-flags.ts'
import { refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import { lossesOf, outcomeOf, settingChanges } from '#core/plan/setting-changes.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import { poolsOf, type RootState, stateOf } from '#core/state/root.ts'
import { outcomeIn } from '#core/state/unkept-settings.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { objectNameFor } from '#core/workspace/object-name.ts'
import { hashObjects, patchWarnings, renderObjects } from '#render/render.ts'
import { type Facts, gatherFacts } from '../observe/facts.ts'
import { findRoot } from '../observe/root.ts'
import { clusterNames } from '../observe/target.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest, Prepared } from '../prepared.ts'
import { findSurplus, leavesNobody, refuseForeign, replicasToAwait } from './changes.ts'
import { hubRefusal } from './hub-access.ts'
import { knownFor, wantedOf, withUnkept, withWorker } from './kept.ts'
import { atRest, barredNodes, findLeft, leavingAfter, moving, pricedLeft } from './move.ts'
import { fileErrors } from './offline.ts'
import { refuseOtherName } from './other-name.ts'
import { generateSecrets } from './own-secrets.ts'
import { planOf } from './planned.ts'
import { billedPool, idleNodesOf, poolChange, refuseOtherMachine } from './pool-change.ts'
import { servedAlready } from './served-already.ts'

/** Throws what refuses it, too. */
export async function prepare(request: DeployRequest, ports: Ports): Promise<Prepared> {
  const prepared = await prepareToShow(request, ports)
  if (prepared.refusal !== undefined) throw prepared.refusal
  return prepared
}

export async function prepareToShow(said: DeployRequest, ports: Ports): Promise<Prepared> {
  const root = await findRoot(objectNameFor(said.spec.name), said.placement.namespace, ports)
  refuseOtherName(said.spec, root, said.placement.namespace, ports)
  const first = wantedOf(said, root?.state, ports)
  const facts = await withWorker(await gatherFacts(first.request, root, ports), first.request, ports)
  const wish = withUnkept(said, first, facts, ports)
  const { request } = wish
  const { spec, placement, shrinks = false } = request
  refuseOtherCluster(spec, clusterNames(facts.target, facts.plan.clusterUid, facts.cluster))
  const resting = planOf(request, knownFor(request, facts, ports), ports)
  const left = await findLeft(resting, facts, ports)
  const planned = moving(resting, left)
  const rendered = renderObjects(planned, ports, request.patches)
  const restingObjects = left.length === 0 ? rendered : renderObjects(resting, ports, request.patches)
  throwAll(fileErrors(planned, rendered, request.companions, ports))
  const wanted = rendered.map((object) => asMember(object, planned, facts.seen.root?.object))
  const refusal = await hubRefusal(planned, request, ports)
  const generated = ownedBy(await generateSecrets(planned, request.hubToken, ports), facts.seen.root?.object)
  const companions = request.companions.map((object) => inNamespace(object, placement.namespace))
  const options = {
    signal: ports.signal,
    force: request.forceConflicts,
    leaveReplicas: said.overrides.replicas === undefined,
  }
  const [livePool, beside, changes] = await Promise.all([
    findPool(planned, facts, ports),
    servedAlready(planned, root === undefined, ports),
    planChanges(ports.kube, [...companions, ...generated, ...wanted], options),
  ])
  refuseOtherMachine(planned, livePool)
  const members = changes.slice(companions.length + generated.length).map(({ object }) => object)
  refuseForeign(changes, new Set(members.map((m) => formatRef(refOf(m)))), planned)
  const warnings = [
    ...planned.warnings,
    ...patchWarnings(planned, rendered, ports),
    ...(shrinks ? [] : idleNodesOf(planned, livePool)),
    ...keptPool(planned, facts),
    ...beside,
  ]
  const plan = { ...planned, pool: billedPool(planned.pool, livePool, shrinks), warnings }
  const state: RootState = {
    ...stateOf(
      plan,
      engineServing(spec.annotations, ports.engines),
      wish.said,
      companionRefs(said, companions, root?.state),
      root?.state,
      leavingAfter(planned, left, facts),
    ),
    setHash: hashObjects(restingObjects),
  }
  const before = root === undefined ? undefined : (root.state.outcome ?? outcomeIn(root.state.lock, plan))
  return {
    facts,
    plan,
    refusal,
    kept: [...wish.kept],
    settings: settingChanges(before, outcomeOf(plan)),
    losses: lossesOf(before, plan, leavesNobody(changes, plan)),
    members,
    companions,
    generated,
    changes,
    replicas: replicasToAwait(changes, plan),
    prunable: await findSurplus(facts.seen.root, members, state, plan.namespace, ports),
    pool: poolChange(plan, livePool, shrinks, pricedLeft(plan, left, ports)),
    livePool,
    move: {
      left,
      barred: barredNodes(plan, left, facts),
      atRest: atRest(restingObjects, rendered, plan, { changes, facts }),
    },
    state,
  }
}

async function findPool(plan: Plan, facts: Facts, ports: Ports): Promise<NodePool | undefined> {
  if (plan.pool.mode !== 'create') return undefined
  return facts.cloud?.getPool(plan.pool.request.name, ports.signal)
}

/** On one's own nodes the cloud is not asked: what an earlier deploy made there stays. */
function keptPool({ pool, objectName, namespace }: Plan, { seen: { root } }: Facts): PlanWarning[] {
  if (pool.mode === 'create' || root === undefined) return []
  return poolsOf(root.state).map(({ name, request }) => ({
    code: 'pool-kept',
    message: advice`Node pool ${name} (${request.count} × ${request.instanceType}) of an earlier deploy stays, and bills until: ${kaito('delete', { workspace: objectName, namespace })}`,
  }))
}

/** A deploy by name brings none; those of an earlier one are still beside the workspace. */
function companionRefs(
  { keeps }: DeployRequest,
  brought: readonly KubeObject[],
  before: RootState | undefined,
): ObjectRef[] {
  const refs = brought.map(refOf)
  const known = new Set(refs.map(formatRef))
  return [...refs, ...(keeps ? (before?.companions ?? []).filter((ref) => !known.has(formatRef(ref))) : [])]
}
