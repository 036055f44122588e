/** Spec → everything that a deploy is going to do, as one value. `plan` and `diff` print it, `deploy` runs it. */

import { planChanges } from '#cluster/apply/change-set.ts'
import { asMember, ownedBy } from '#cluster/apply/membership.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { formatRef, refOf } from '#core/objects/kube-object.ts'
import type { NodeFact, PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import type { Plan } from '#core/plan/types.ts'
import type { PlanWarning } from '#core/problem.ts'
import { type RootState, stateOf } from '#core/state/root.ts'
import { hashObjects, renderObjects, strategyWarnings, tolerationsOf } from '#render/render.ts'
import { type Facts, gatherFacts } from '../observe/facts.ts'
import { clusterNames } from '../observe/target.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest, Prepared } from '../prepared.ts'
import { findSurplus, inNamespace, refuseForeign, replicasToAwait } from './changes.ts'
import { hubRefusal } from './hub-access.ts'
import { generateSecrets } from './own-secrets.ts'
import { billedPool, idleNodesOf, poolChange, refuseOtherMachine } from './pool-change.ts'

/** Throws what refuses it, too. */
export async function prepare(request: DeployRequest, ports: Ports): Promise<Prepared> {
  const prepared = await prepareToShow(request, ports)
  if (prepared.refusal !== undefined) throw prepared.refusal
  return prepared
}

export async function prepareToShow(request: DeployRequest, ports: Ports): Promise<Prepared> {
  const { spec, placement } = request
  const facts = await gatherFacts(spec, placement, request.companions, ports)
  refuseOtherCluster(spec, clusterNames(facts.target, facts.plan.clusterUid, facts.cluster))
  const planned = planOf(request, facts, ports)
  const rendered = renderObjects(planned, ports.templates, request.patches)
  const wanted = rendered.map((object) => asMember(object, planned, facts.root?.object))
  const refusal = await hubRefusal(planned, request, ports)
  const generated = ownedBy(await generateSecrets(planned, request.hubToken, ports), facts.root?.object)
  const companions = request.companions.map((object) => inNamespace(object, placement.namespace))
  const options = {
    signal: ports.signal,
    force: request.forceConflicts,
    leaveReplicas: request.overrides.replicas === undefined,
  }
  const [livePool, changes] = await Promise.all([
    findPool(planned, facts, ports),
    planChanges(ports.kube, [...companions, ...generated, ...wanted], options),
  ])
  refuseOtherMachine(planned, livePool)
  const members = changes.slice(companions.length + generated.length).map(({ object }) => object)
  refuseForeign(changes, new Set(members.map((m) => formatRef(refOf(m)))), planned)
  const warnings = [
    ...planned.warnings,
    ...strategyWarnings(rendered),
    ...idleNodesOf(planned, livePool),
    ...keptPool(planned, facts),
  ]
  const plan = { ...planned, pool: billedPool(planned.pool, livePool), warnings }
  const state: RootState = {
    ...stateOf(plan, companions.map(refOf), facts.root?.state),
    setHash: hashObjects(rendered),
  }
  return {
    facts,
    plan,
    refusal,
    members,
    companions,
    generated,
    changes,
    replicas: replicasToAwait(changes, plan),
    prunable: await findSurplus(facts.root, members, state, plan.namespace, ports),
    pool: poolChange(plan, livePool),
    livePool,
    state,
  }
}

/** Which of one's own nodes take the pods follows from what the pods tolerate once they are patched. */
function planOf({ spec, overrides, patches }: DeployRequest, { plan: facts }: Facts, ports: Ports): Plan {
  const assemble = (known: PlanFacts): Plan => assemblePlan(spec, ports.catalog, known, overrides)
  if (!facts.ownNodes || patches.length === 0) return assemble(facts)
  const draft = draftOn(facts.nodes, (nodes) => assemble({ ...facts, nodes }))
  if (draft === undefined) return assemble(facts)
  return assemble({ ...facts, tolerations: tolerationsOf(renderObjects(draft, ports.templates, patches)) })
}

/** A plan as if no node had a taint; undefined: not even then is there one, and the plan itself says why. */
function draftOn(nodes: readonly NodeFact[], assemble: (nodes: NodeFact[]) => Plan): Plan | undefined {
  try {
    return assemble(nodes.map((node) => ({ ...node, taints: [] })))
  } catch (error) {
    if (error instanceof KaitoError) return undefined
    throw error
  }
}

async function findPool(plan: Plan, facts: Facts, ports: Ports): Promise<NodePool | undefined> {
  if (plan.pool.mode !== 'create') return undefined
  return facts.cloud?.getPool(plan.pool.request.name, ports.signal)
}

/** On one's own nodes the cloud is not asked: what an earlier deploy made there stays. */
function keptPool({ pool, objectName, namespace }: Plan, { root }: Facts): PlanWarning[] {
  const kept = root?.state.pool
  if (pool.mode === 'create' || kept === undefined) return []
  const { name, request } = kept
  const message = `Node pool ${name} (${request.count} × ${request.instanceType}) of an earlier deploy stays, and bills until: kaito delete ${objectName} -n ${namespace}`
  return [{ code: 'pool-kept', message }]
}
