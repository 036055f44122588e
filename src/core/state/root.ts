/**
 * The root of a workspace: the ConfigMap `<name>-kaito`. It is the ApplySet parent, holds what a later run needs, and
 * owns what can be regenerated. Everything here is a pure function of values.
 */

import type { CloudId } from '../cloud/ids.ts'
import type { NodePoolRequest } from '../cloud/node-pool.ts'
import { canonicalJson } from '../objects/canonical-json.ts'
import { KINDS, typeOf } from '../objects/kinds.ts'
import type { KubeObject, ObjectRef } from '../objects/kube-object.ts'
import { hubTokenSecretName, rootName, SET_HASH_ANNOTATION, workspaceLabels } from '../objects/labels.ts'
import type { PlanLock } from '../placement/facts.ts'
import type { Engine } from '../plan/engine.ts'
import { servedNameOf } from '../plan/served-name.ts'
import { type Outcome, outcomeOf } from '../plan/setting-changes.ts'
import { type Settings, sayings } from '../plan/settings.ts'
import type { Plan } from '../plan/types.ts'
import type { WorkspaceSpec } from '../workspace/spec.ts'

/** The pool as the root remembers it: enough to find, resume or delete it from another machine. */
export interface RootPool {
  cloud: CloudId
  name: string
  request: NodePoolRequest
  /** The provider's id, once it is known. */
  id?: string
}

interface RootLock extends PlanLock {
  image: string
  modelId: string
  modelRevision?: string
  servedModelName: string
  /** The model has a chat template. */
  chat: boolean
}

export interface RootState {
  /** With `said`: what the user has said. The rest is what kaito chose, or made. */
  spec: WorkspaceSpec
  /** Absent in a root that 0.1.0 wrote. */
  said?: Settings
  /** What the last deploy came to; absent as `said` is. */
  outcome?: Outcome
  lock: RootLock
  /** What kaito chose for the engine; absent as `said` is, and in roots of before it was kept. */
  chosen?: Plan['chosen']
  /** Absent when kaito has never made one. */
  pool?: RootPool
  /** Those that it moves away from: they serve until the new one does, and bill until they are proved gone. */
  leaving?: RootPool[]
  /** Token of a cloud operation in flight, of the pool. */
  operation?: string
  /** What the user brought beside the workspace: named on delete, never removed. */
  companions: ObjectRef[]
  /** Hash of the rendered set that was applied last; absent before the first apply. */
  setHash?: string
}

/** Until the objects are applied, the root keeps saying which set is in the cluster. */
export function intentOf(state: RootState, before: RootState | undefined): RootState {
  const { setHash: _next, operation: _old, ...rest } = state
  return before?.setHash === undefined ? rest : { ...rest, setHash: before.setHash }
}

/** Every pool that may bill. */
export function poolsOf({ pool, leaving = [] }: Pick<RootState, 'pool' | 'leaving'>): RootPool[] {
  return pool === undefined ? leaving : [pool, ...leaving]
}

/** What is left behind by a plan: pools of the workspace with other machines. None where it makes no pool: nothing is taken away then. */
export function leavingOf({ pool }: Pick<Plan, 'pool'>, before: RootState | undefined): RootPool[] {
  if (before === undefined || pool.mode === 'existing') return []
  return poolsOf(before).filter(({ name }) => name !== pool.request.name)
}

/** The state that a plan leads to. Until a pool is proved gone it is remembered, whoever's nodes are used now. */
export function stateOf(
  plan: Plan,
  engine: Engine,
  said: Settings,
  companions: readonly ObjectRef[],
  before: RootState | undefined,
  leaving: readonly RootPool[] = before?.leaving ?? [],
): RootState {
  const lock: RootLock = {
    image: plan.image.reference,
    modelId: plan.model.modelId,
    servedModelName: servedNameOf(plan, engine),
    chat: plan.model.chat,
    maxModelLen: plan.sizing.maxModelLen,
  }
  if (plan.modelAccessSecret === hubTokenSecretName(plan.objectName)) lock.hubTokenSecret = plan.modelAccessSecret
  if (plan.apiKeySecret !== undefined) lock.apiKeySecret = plan.apiKeySecret
  if (plan.model.revision !== undefined) lock.modelRevision = plan.model.revision
  if (plan.sizing.instanceType !== undefined) lock.instanceType = plan.sizing.instanceType
  const state: RootState = {
    spec: plan.workspace,
    said: sayings(said),
    outcome: outcomeOf(plan),
    lock,
    chosen: plan.chosen,
    companions: [...companions],
  }
  if (before?.pool !== undefined) state.pool = before.pool
  if (leaving.length > 0) state.leaving = [...leaving]
  if (plan.pool.mode === 'create') {
    state.pool = { cloud: plan.pool.cloud, name: plan.pool.request.name, request: plan.pool.request }
  }
  return state
}

/** Once what it moved away from is gone. */
export function moved({ leaving: _gone, ...state }: RootState): RootState {
  return state
}

/** With the id that the cloud has given the pool. */
export function withPoolId(state: RootState, made: { id: string } | undefined): RootState {
  return state.pool === undefined || made === undefined ? state : { ...state, pool: { ...state.pool, id: made.id } }
}

/** The root as it is applied. `applySet` are the labels and annotations that make it an ApplySet parent. */
export function renderRoot(
  objectName: string,
  namespace: string,
  state: RootState,
  applySet: { labels: Record<string, string>; annotations: Record<string, string> },
): KubeObject {
  const data: Record<string, string> = {
    'spec.json': canonicalJson(state.spec),
    'lock.json': canonicalJson(state.lock),
  }
  if (state.said !== undefined) data['said.json'] = canonicalJson(state.said)
  if (state.outcome !== undefined) data['outcome.json'] = canonicalJson(state.outcome)
  if (state.chosen !== undefined) data['chosen.json'] = canonicalJson(state.chosen)
  if (state.pool !== undefined) data['pool.json'] = canonicalJson(state.pool)
  if (state.leaving !== undefined) data['leaving.json'] = canonicalJson(state.leaving)
  if (state.operation !== undefined) data['operation'] = state.operation
  if (state.companions.length > 0) data['companions.json'] = canonicalJson(state.companions)
  const annotations = { ...applySet.annotations }
  if (state.setHash !== undefined) annotations[SET_HASH_ANNOTATION] = state.setHash
  return {
    ...typeOf(KINDS.configMap),
    metadata: {
      name: rootName(objectName),
      namespace,
      labels: { ...workspaceLabels(objectName, 'root'), ...applySet.labels },
      annotations,
    },
    data,
  }
}

/** Reads a root back. Undefined when the object is not one of ours or cannot be read. */
export function readRoot(object: KubeObject): RootState | undefined {
  const data = (object['data'] ?? {}) as Record<string, string>
  const spec = parseJson<WorkspaceSpec>(data['spec.json'])
  const lock = parseJson<RootLock>(data['lock.json'])
  if (spec === undefined || lock === undefined) return undefined
  const state: RootState = { spec, lock, companions: parseJson<ObjectRef[]>(data['companions.json']) ?? [] }
  const said = parseJson<Settings>(data['said.json'])
  const outcome = parseJson<Outcome>(data['outcome.json'])
  const chosen = parseJson<Plan['chosen']>(data['chosen.json'])
  if (said !== undefined) state.said = said
  if (outcome !== undefined) state.outcome = outcome
  if (chosen !== undefined) state.chosen = chosen
  const pool = parseJson<RootPool>(data['pool.json'])
  if (pool !== undefined) state.pool = pool
  const leaving = parseJson<RootPool[]>(data['leaving.json'])
  if (leaving !== undefined) state.leaving = leaving
  if (data['operation'] !== undefined) state.operation = data['operation']
  const setHash = object.metadata.annotations?.[SET_HASH_ANNOTATION]
  if (setHash !== undefined) state.setHash = setHash
  return state
}

function parseJson<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
