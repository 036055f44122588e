/** What a deploy is asked for, and what preparing it came to. */
import type { PlannedChange } from '#cluster/apply/change-set.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import type { KaitoError } from '#core/errors.ts'
import type { KubeObject, ObjectRef } from '#core/objects/kube-object.ts'
import type { Patch } from '#core/objects/patches.ts'
import type { Loss, SettingChange } from '#core/plan/setting-changes.ts'
import type { Settings } from '#core/plan/settings.ts'
import type { Plan, PlanOverrides } from '#core/plan/types.ts'
import type { PoolChange } from '#core/results.ts'
import type { RootState } from '#core/state/root.ts'
import type { WorkspaceSpec } from '#core/workspace/spec.ts'
import type { Facts } from './observe/facts.ts'
import type { Placement } from './observe/target.ts'

/** One workspace of the input with what flags say about it. */
export interface DeployRequest {
  /** What earlier deploys said holds, but for what is said now: of a bare name. A file is the whole truth. */
  keeps: boolean
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
  /** Nodes that it needs no more are taken out of its pool. */
  shrinks?: true
}

export interface Move {
  /** Pools that go once the workspace answers from the new one, as the cloud has them. */
  left: readonly NodePool[]
  /** Nodes of these that would take the new pods. */
  barred: readonly KubeObject[]
  /** What is applied in another form while the pods come over, in its own. */
  atRest: readonly KubeObject[]
}

export interface Prepared {
  /** Settings that hold because an earlier deploy said them. */
  kept: (keyof Settings)[]
  /** Each value that changes, against what the last deploy came to. */
  settings: SettingChange[]
  /** What of it takes something away from those who use the workspace. */
  losses: Loss[]
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
  /** What moves to other machines, and is left for them; nothing where the machines stay. */
  move: Move
  /** The root's state once all of this is done. */
  state: RootState
}
