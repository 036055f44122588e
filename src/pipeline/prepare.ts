/** Spec → everything that a deploy is going to do, as one value. `plan` and `diff` print it, `deploy` runs it. */
import { KaitoError } from '#core/errors.ts'
import { formatRef, type KubeObject, type ObjectRef, refOf } from '#core/kube-object.ts'
import type { NodePool } from '#core/node-pool.ts'
import type { Patch } from '#core/patches.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { refuseOtherCluster } from '#core/plan/pinned-cluster.ts'
import type { NodeFact, Plan, PlanFacts, PlanOverrides, PlanWarning } from '#core/plan/types.ts'
import type { PlanResult, PoolChange } from '#core/results.ts'
import { generatedRefs } from '#core/state/generated.ts'
import { ownerReferenceTo, type RootState, rootRef, stateOf, WORKSPACE_LABEL } from '#core/state/root.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import { applySetId, findPrunable, MEMBER_LABEL } from '#kube/apply-set.ts'
import { replicasOf } from '#kube/autoscaled.ts'
import { type PlannedChange, planChanges } from '#kube/change-set.ts'
import { hashObjects, renderObjects, strategyWarnings, tolerationsOf } from '#render/render.ts'
import { clusterNames, type Facts, gatherFacts, type Placement } from './facts.ts'
import { generateSecrets } from './generated.ts'
import { hubRefusal } from './hub-access.ts'
import { billedPool, idleNodesOf, poolChange, refuseOtherMachine } from './live-pool.ts'
import type { Ports } from './ports.ts'

/** One workspace of the input with what flags say about it. */
export interface DeployRequest {
  spec: WorkspaceSpec
  companions: readonly KubeObject[]
  /** Of the Hub; never printed, kept in a Secret. */
  hubToken?: string
  overrides: PlanOverrides
  /** The user's changes to what is rendered. */
  patches: readonly Patch[]
  placement: Placement
  /** Take over fields that another manager owns. */
  forceConflicts: boolean
}

export interface Prepared {
  facts: Facts
  plan: Plan
  /** Why it cannot work, as far as a plan can be made all the same. */
  refusal: KaitoError | undefined
  /** The ApplySet's members as they are applied, in order. */
  members: KubeObject[]
  /** Secrets that kaito makes, as they are applied. */
  generated: KubeObject[]
  /** What the user brought, as it is applied. */
  companions: KubeObject[]
  changes: PlannedChange[]
  /** Pods to wait for: what an autoscaler says, where one does. */
  replicas: number
  prunable: ObjectRef[]
  pool: PoolChange
  livePool: NodePool | undefined
  /** The root's state once all of this is done. */
  state: RootState
}

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

/** What an earlier run made, and this one does not want any more. */
async function findSurplus(
  root: Facts['root'],
  members: readonly KubeObject[],
  state: RootState,
  namespace: string,
  ports: Ports,
): Promise<ObjectRef[]> {
  if (root === undefined) return []
  const wanted = new Set(generatedRefs(state.lock, namespace).map(({ name }) => name))
  const secrets = generatedRefs(root.state.lock, namespace).filter(({ name }) => !wanted.has(name))
  return [...(await findPrunable(ports.kube, root.object, members, { signal: ports.signal })), ...secrets]
}

/** Where an autoscaler owns the number, it is what is there. */
function replicasToAwait(changes: readonly PlannedChange[], plan: Plan): number {
  const deployment = changes.find(({ ref }) => ref.kind === 'Deployment')
  const isShared = deployment !== undefined && replicasOf(deployment.object) === undefined
  return isShared ? (replicasOf(deployment.live) ?? plan.replicas) : plan.replicas
}

export function planResultOf(prepared: Prepared): PlanResult {
  const { facts, plan, pool, changes, prunable } = prepared
  return {
    kind: 'Plan',
    target: facts.target,
    plan,
    pool,
    changes: [
      ...changes.map(({ ref, change, diff }) => (diff === undefined ? { ref, change } : { ref, change, diff })),
      ...prunable.map((ref) => ({ ref, change: 'pruned' as const })),
    ],
  }
}

/** Members carry the ApplySet's label and, once the root exists, name it as their owner. */
function asMember(object: KubeObject, plan: Plan, root: KubeObject | undefined): KubeObject {
  const owner = root === undefined ? undefined : ownerReferenceTo(root)
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [MEMBER_LABEL]: applySetId(rootRef(plan.objectName, plan.namespace)) },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    },
  }
}

/** The objects again, with the root as their owner once it exists. */
export function ownedBy(members: readonly KubeObject[], root: KubeObject | undefined): KubeObject[] {
  const owner = root === undefined ? undefined : ownerReferenceTo(root)
  if (owner === undefined) return [...members]
  return members.map((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences: [owner] } }))
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } }
}

/** An object of the same name that no workspace of this name made is not ours to change. */
function refuseForeign(changes: readonly PlannedChange[], members: ReadonlySet<string>, plan: Plan): void {
  const foreign = changes.find(
    ({ ref, live }) =>
      members.has(formatRef(ref)) && live !== undefined && live.metadata.labels?.[WORKSPACE_LABEL] !== plan.objectName,
  )
  if (foreign === undefined) return
  const { kind, name } = foreign.ref
  throw new KaitoError({
    code: 'CONFLICT',
    phase: 'plan',
    message: `${formatRef(foreign.ref)} exists in namespace ${plan.namespace}, but kaito did not make it for workspace ${plan.objectName}.`,
    hint: 'Give the workspace another name (--name), or another namespace (-n).',
    resource: { kind, name, namespace: plan.namespace },
  })
}

async function findPool(plan: Plan, facts: Facts, ports: Ports): Promise<NodePool | undefined> {
  if (plan.pool.mode !== 'create') return undefined
  return facts.cloud?.getNodePool(plan.pool.request.name, ports.signal)
}

/** On one's own nodes the cloud is not asked: what an earlier deploy made there stays. */
function keptPool({ pool, objectName, namespace }: Plan, { root }: Facts): PlanWarning[] {
  const kept = root?.state.pool
  if (pool.mode === 'create' || kept === undefined) return []
  const { name, request } = kept
  const message = `Node pool ${name} (${request.count} × ${request.instanceType}) of an earlier deploy stays, and bills until: kaito delete ${objectName} -n ${namespace}`
  return [{ code: 'pool-kept', message }]
}

export function tellWarnings({ warnings }: Plan, ports: Ports): void {
  for (const warning of warnings) ports.emit({ type: 'warning', phase: 'plan', ...warning })
}

/** Every group and kind that the set holds before or after this run. */
export function memberKinds(prepared: Pick<Prepared, 'members' | 'prunable'>): { apiVersion: string; kind: string }[] {
  return [...prepared.members, ...prepared.prunable].map(({ apiVersion, kind }) => ({ apiVersion, kind }))
}
