/** One picture of a workspace: everything that was seen of it at one moment, and the parts of it that others judge by. */
import type { KubeObject } from '../objects/kube-object.ts'
import type { RootState } from '../state/root.ts'
import type { PoolFact, Run } from './before-rollout.ts'
import { type Claims, waitsForClaims } from './claims.ts'
import type { EndOfLog } from './diagnosis.ts'
import type { RolloutView } from './rollout.ts'
import { isForPool, isUnscheduled, unscheduledSince } from './scheduling.ts'
import type { Work } from './work.ts'

/** What an identity may be kept from seeing without an end of the work. */
export type Part = 'runs' | 'nodes' | 'events' | 'classes' | 'all pods'

export interface Snapshot {
  name: string
  namespace: string
  root: { object: KubeObject; state: RootState } | undefined
  revisions: readonly KubeObject[]
  /** The run that is at work on it, or was last. */
  run: Exclude<Run, 'hidden'>
  /** What kind of work it is, and the object whose pods do it. */
  work: Work
  worker: KubeObject | undefined
  services: readonly KubeObject[]
  replicaSets: readonly KubeObject[]
  pods: readonly KubeObject[]
  slices: readonly KubeObject[]
  /** Of its node pool. */
  nodes: readonly KubeObject[]
  /** Of its namespace; read where something waits. */
  events: readonly KubeObject[]
  /** Of pods that wait for them, with every storage class; undefined: not read yet. */
  volumes: { claims: readonly KubeObject[]; classes: readonly KubeObject[] } | undefined
  /** UID of kube-system, which names the cluster; read before a change. */
  clusterUid: string | undefined
  /** Every node of the cluster, read before a change and where taints keep a pod from some; undefined: not read. */
  allNodes: readonly KubeObject[] | undefined
  /** Every pod of the cluster, read where they hold GPUs of nodes that are to be used; undefined: not read. */
  allPods: readonly KubeObject[] | undefined
  /** Ends of logs of containers that crashed, by pod. */
  crashLogs: ReadonlyMap<string, EndOfLog>
  pool: PoolFact
  /** Of the pools that it moves away from, by their names. */
  leaving: ReadonlyMap<string, PoolFact>
  /** For how long an autoscaler may take to say something of a pod that fits nowhere. */
  autoscalerMs: number
  /** For how long a volume claim may wait to be bound. */
  claimMs: number
  /** Pods by uid that began to wait for a node before our eyes, and when that was by our own clock. */
  begun: ReadonlyMap<string, number>
  /** Nothing of these may be looked at, by this identity. */
  unseen: ReadonlySet<Part>
}

/** How a rollout is judged by it. */
export function rolloutOf(seen: Snapshot, now: Date): RolloutView {
  const { worker, replicaSets, pods, slices, events, crashLogs } = seen
  const isOver = (wait: Wait): boolean => wait.end <= now.getTime()
  const [scaling, binding] = [scalingOf(seen), bindingOf(seen)]
  return {
    worker,
    replicaSets,
    pods,
    slices,
    events,
    crashLogs,
    claims: claimsOf(seen),
    mayScale: scaling.length > 0 && !scaling.some(isOver),
    claimsOverdue: binding.some(isOver),
  }
}

/** When it is to be judged again though nothing has changed: something has waited for its time then. */
export function judgedAgainAt(seen: Snapshot, now: Date): Date | undefined {
  const ends = [...scalingOf(seen), ...bindingOf(seen)].map(({ end }) => end)
  const next = Math.min(...ends.filter((end) => end > now.getTime()))
  return Number.isFinite(next) ? new Date(next) : undefined
}

/** Until when a pod may wait for something, in ms. */
interface Wait {
  end: number
}

/** On one's own nodes an autoscaler may add one. */
function scalingOf(seen: Snapshot): Wait[] {
  if (seen.autoscalerMs === 0) return []
  return waitsOf(seen, (pod) => isUnscheduled(pod) && !isForPool(pod), seen.autoscalerMs)
}

function bindingOf(seen: Snapshot): Wait[] {
  return waitsOf(seen, (pod) => isUnscheduled(pod) && waitsForClaims(pod), seen.claimMs)
}

/** By our own clock where the wait has begun before our eyes: clocks of two machines differ. */
function waitsOf({ pods, begun }: Snapshot, isWaiting: (pod: KubeObject) => boolean, ms: number): Wait[] {
  return pods
    .filter(isWaiting)
    .map((pod) => ({ end: (begun.get(pod.metadata.uid ?? '') ?? unscheduledSince(pod)) + ms }))
}

function claimsOf({ volumes, unseen }: Snapshot): Claims {
  if (volumes === undefined) return { claims: [], classes: undefined }
  return { claims: volumes.claims, classes: unseen.has('classes') ? undefined : volumes.classes }
}

/** As it is asked for, by an autoscaler or by a person. */
export function wantedReplicas({ worker }: Snapshot): number {
  if (worker === undefined) return 0
  // What has no number does its work once.
  return (worker as { spec?: { replicas?: number } }).spec?.replicas ?? 1
}

/** The object whose pods do the work, unless it is on its way out. */
export function standingWorker({ worker }: Snapshot): KubeObject | undefined {
  return worker?.metadata.deletionTimestamp === undefined ? worker : undefined
}

export function runOf({ run, unseen }: Snapshot): Run {
  return unseen.has('runs') ? 'hidden' : run
}
