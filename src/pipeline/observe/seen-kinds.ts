/** What is looked at in a cluster, whose objects these are, and how each kind is asked for. */
import type { Kind, ListOptions } from '#cluster/cluster.ts'
import { KINDS, type KindRow, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { ANY_MANAGED, leaseName, managedSelector, serviceSelector, workspaceSelector } from '#core/objects/labels.ts'
import type { Workloads } from '#core/workload/workload.ts'

/** Whose objects are looked at. */
export interface Scope {
  /** Undefined: every namespace. */
  namespace: string | undefined
  /** Undefined: every workspace. */
  objectName: string | undefined
}

/** How a kind is looked at: whose it is, by which label, and whether the work goes on where it may not be seen. */
export interface SeenKind {
  row: KindRow
  by: 'workspace' | 'service' | 'root' | 'lease' | 'nothing'
  isOptional?: true
}

/** Whose names in a run are those of the fields below, and the plurals of workers. */
export type SeenId = string
export type SeenKinds = Readonly<Record<SeenId, SeenKind>>

/** What is looked at, workers of these kinds of work among it. */
export function seenKinds(workloads: Workloads): SeenKinds {
  const { maps, ...others } = WHATEVER_THE_WORK
  const workers = workloads.map(({ worker }): [SeenId, SeenKind] => [worker.plural, { row: worker, by: 'workspace' }])
  return { maps, ...Object.fromEntries(workers), ...others }
}

/** Undefined: objects of its kind are not looked at. */
export function idIn(kinds: SeenKinds, { apiVersion, kind }: KubeObject): SeenId | undefined {
  return Object.keys(kinds).find((id) => kinds[id]?.row.kind === kind && kinds[id].row.apiVersion === apiVersion)
}

/** What the rollout of such work is judged by. */
export function followedIn(kinds: SeenKinds, workloads: Workloads): SeenId[] {
  const followed = workloads.flatMap((each) => each.followed)
  return Object.keys(kinds).filter((id) => kinds[id] !== undefined && followed.includes(kinds[id].row))
}

const WHATEVER_THE_WORK = {
  maps: { row: KINDS.configMap, by: 'root' },
  services: { row: KINDS.service, by: 'workspace' },
  replicaSets: { row: KINDS.replicaSet, by: 'workspace' },
  pods: { row: KINDS.pod, by: 'workspace' },
  slices: { row: KINDS.endpointSlice, by: 'service' },
  events: { row: KINDS.event, by: 'nothing', isOptional: true },
  leases: { row: KINDS.lease, by: 'lease', isOptional: true },
  nodes: { row: KINDS.node, by: 'workspace', isOptional: true },
} as const satisfies SeenKinds

/** What is to be asked for a kind, of these workspaces. */
export function questionFor(
  { row, by }: SeenKind,
  { namespace, objectName }: Scope,
): { kind: Kind; options: Selector } {
  const selectors: Record<SeenKind['by'], Selector> = {
    workspace: { labelSelector: workspaceSelector(objectName) },
    root: { labelSelector: managedSelector(objectName) },
    service: { labelSelector: serviceSelector(objectName) },
    lease:
      objectName === undefined
        ? { labelSelector: ANY_MANAGED }
        : { fieldSelector: `metadata.name=${leaseName(objectName)}` },
    nothing: {},
  }
  return { kind: kindIn(row, row.isNamespaced ? namespace : undefined), options: selectors[by] }
}

type Selector = Omit<ListOptions, 'signal'>
