/** What is made for a workspace, told by one kind of work. Each kind is a row of a registry. */
import type { KindRow } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import type { Patch } from '../objects/patches.ts'
import type { Plan } from '../plan/types.ts'
import type { PlanWarning } from '../problem.ts'
import type { Work } from '../status/work.ts'
import type { WorkspaceSpec } from '../workspace/spec.ts'

export interface Workload extends Work {
  readonly kind: string
  /** Whether a workspace asks for this kind of work. */
  wants(spec: WorkspaceSpec): boolean
  /** Every kind that it may apply: what is pruned, and found again when the record of it is lost. */
  readonly applied: readonly KindRow[]
  /** What is watched until the work is done, or its endpoint stands. */
  readonly followed: readonly KindRow[]
  /** The kinds that are applied, as far as they are known before there is a plan. */
  expected(replicas: number): readonly KindRow[]
  /** By name, in the order in which they are applied. */
  templates(plan: Plan): readonly string[]
  /** What the holes of its templates may ask for, beside what every plan has. */
  values(plan: Plan): Readonly<Record<string, unknown>>
  /** The rendered objects after the user's own changes to them: what must follow from these. */
  settle(objects: readonly KubeObject[], plan: Plan, patches: readonly Patch[]): KubeObject[]
  /** What the user's own changes may come to. */
  warnings(objects: readonly KubeObject[], plan: Plan): PlanWarning[]
}

export type Workloads = readonly Workload[]

/** The first that wants it. A workspace that nobody wants is the last one's to refuse. */
export function workloadOf(spec: WorkspaceSpec, workloads: Workloads): Workload {
  const found = workloads.find((each) => each.wants(spec)) ?? workloads.at(-1)
  if (found === undefined) throw new Error('there is no kind of work')
  return found
}

/** Whatever any of them may apply, each kind once. */
export function appliedBy(workloads: Workloads): KindRow[] {
  return [...new Set(workloads.flatMap(({ applied }) => applied))]
}
