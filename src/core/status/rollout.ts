/** Has the rollout of one workspace arrived? A pure function of the objects that a watch has seen. */
import type { Advice } from '../advice.ts'
import type { ErrorCode } from '../errors.ts'
import { KINDS } from '../objects/kinds.ts'
import { type KubeObject, type ObjectRef, refOf } from '../objects/kube-object.ts'
import { type Claims, claimEventsOf } from './claims.ts'
import { computeStatus } from './compute.ts'
import type { EndOfLog, Evidence } from './diagnosis.ts'
import type { EventBody } from './event.ts'
import { diagnosePod } from './pods.ts'
import { diagnoseReplicaSet, podsThatCount } from './replica-set.ts'

/** Everything seen so far, by kind. */
export interface RolloutView {
  /** The one object whose pods are judged. */
  worker: KubeObject | undefined
  replicaSets: readonly KubeObject[]
  pods: readonly KubeObject[]
  slices: readonly KubeObject[]
  events: readonly KubeObject[]
  /** Ends of logs of crashed containers, by pod; absent: not read. */
  crashLogs?: ReadonlyMap<string, EndOfLog>
  /** An autoscaler may still add a node for a pod that fits nowhere. */
  mayScale?: boolean
  /** Volume claims that pods wait for; absent: not read. */
  claims?: Claims
  /** They had their time to be bound. */
  claimsOverdue?: boolean
}

export type RolloutVerdict =
  | { verdict: 'ready'; pods: ObjectRef[] }
  | { verdict: 'moving'; message: string }
  | {
      verdict: 'hopeless'
      code: ErrorCode
      message: string
      reason: string
      next?: Advice
      /** Of the log of a crash whose cause is not known. */
      lines?: readonly string[]
      /** Pods of the version before that still answer. */
      kept?: ObjectRef[]
      resource: ObjectRef | undefined
    }

const REVISION = 'deployment.kubernetes.io/revision'

/** @param replicas wanted number of ready pods. */
export function judgeRollout(view: RolloutView, replicas: number): RolloutVerdict {
  const { worker: deployment } = view
  if (deployment === undefined) return { verdict: 'moving', message: 'the Deployment is not there yet' }
  const current = currentReplicaSet(deployment, view.replicaSets)
  const pods = podsOf(view, current)
  const evidence = evidenceFrom(view)
  const hopeless = findHopeless(current, pods, view.events, evidence)
  if (hopeless !== undefined) return withKept(hopeless, view, pods)
  const status = computeStatus(deployment)
  if (status.status === 'Failed') {
    const { message } = status
    const failed = { verdict: 'hopeless' as const, code: 'WORKLOAD_FAILED' as const, message, reason: message }
    return withKept({ ...failed, resource: refOf(deployment) }, view, pods)
  }
  if (status.status !== 'Current') return { verdict: 'moving', message: podStory(pods, evidence) ?? status.message }
  const ready = pods.filter(isPodReady)
  if (ready.length < replicas) return { verdict: 'moving', message: `${ready.length} of ${replicas} pods are ready` }
  return judgeEndpoints(view, ready)
}

/** Of the version that is wanted. */
function podsOf(view: RolloutView, current: KubeObject | undefined): readonly KubeObject[] {
  if (current !== undefined)
    return podsThatCount(
      current,
      view.pods.filter((pod) => isOwnedBy(pod, current)),
    )
  // Where the Deployment has arrived nobody reads its ReplicaSets: all of its pods are of the last one.
  const { worker: deployment, replicaSets, pods } = view
  const hasArrived = deployment !== undefined && computeStatus(deployment).status === 'Current'
  return hasArrived && replicaSets.length === 0 ? pods.filter(isOfSet) : []
}

function isOfSet({ metadata }: KubeObject): boolean {
  return metadata.ownerReferences?.some(({ kind }) => kind === KINDS.replicaSet.kind) ?? false
}

type Hopeless = Extract<RolloutVerdict, { verdict: 'hopeless' }>

/** A rollout that fails need not be an outage: what of the version before is Ready still serves. */
function withKept(verdict: Hopeless, { pods }: RolloutView, current: readonly KubeObject[]): Hopeless {
  const kept = pods.filter((pod) => !current.includes(pod) && isPodReady(pod)).map(refOf)
  return kept.length === 0 ? verdict : { ...verdict, kept }
}

function judgeEndpoints(view: RolloutView, ready: readonly KubeObject[]): RolloutVerdict {
  const serving = new Set(view.slices.flatMap(readyPodNames))
  const missing = ready.filter((pod) => !serving.has(pod.metadata.name))
  if (missing.length === 0) return { verdict: 'ready', pods: ready.map(refOf) }
  const names = missing.map((pod) => pod.metadata.name).join(', ')
  return {
    verdict: 'hopeless',
    code: 'NO_ENDPOINTS',
    message: `The pods are Ready, but the Service does not lead to ${names}.`,
    reason:
      view.slices.length === 0 ? 'the Service has no EndpointSlice' : 'no ready endpoint of the Service names the pod',
    resource: missing[0] === undefined ? undefined : refOf(missing[0]),
  }
}

function findHopeless(
  current: KubeObject | undefined,
  pods: readonly KubeObject[],
  events: readonly KubeObject[],
  evidence: (pod: KubeObject) => Evidence,
): Hopeless | undefined {
  const subjects = [
    ...(current === undefined
      ? []
      : [{ object: current, found: diagnoseReplicaSet(current, eventsOf(current, events)) }]),
    ...pods.map((pod) => ({ object: pod, found: diagnosePod(pod, evidence(pod)) })),
  ]
  for (const { object, found } of subjects) {
    if (found.verdict !== 'hopeless') continue
    const { code = 'WORKLOAD_FAILED', message, reason, next, lines } = found
    const verdict = { verdict: 'hopeless' as const, code, message, reason, resource: refOf(object) }
    return { ...verdict, ...(next === undefined ? {} : { next }), ...(lines === undefined ? {} : { lines }) }
  }
  return undefined
}

function podStory(pods: readonly KubeObject[], evidence: (pod: KubeObject) => Evidence): string | undefined {
  for (const pod of pods) {
    if (isPodReady(pod)) continue
    const { message } = diagnosePod(pod, evidence(pod))
    if (message !== '') return message
  }
  return undefined
}

function evidenceFrom(view: RolloutView): (pod: KubeObject) => Evidence {
  const { events, crashLogs, mayScale = false, claims, claimsOverdue = false } = view
  const leaving = view.pods.find(({ metadata }) => metadata.deletionTimestamp !== undefined)?.metadata.name
  return (pod) => {
    const log = crashLogs?.get(pod.metadata.name)
    return {
      events: eventsOf(pod, events),
      claimEvents: claimEventsOf(pod, events),
      mayScale,
      claimsOverdue,
      ...(claims === undefined ? {} : { claims }),
      ...(leaving === undefined ? {} : { leaving }),
      ...(log === undefined ? {} : { log }),
    }
  }
}

function currentReplicaSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const revision = deployment.metadata.annotations?.[REVISION]
  return sets.find((set) => isOwnedBy(set, deployment) && set.metadata.annotations?.[REVISION] === revision)
}

function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.ownerReferences?.some((ref) => ref.uid === owner.metadata.uid) ?? false
}

function eventsOf(object: KubeObject, events: readonly KubeObject[]): KubeObject[] {
  return events.filter((event) => (event as EventBody).involvedObject?.uid === object.metadata.uid)
}

interface PodBody {
  status?: { conditions?: { type: string; status: string }[] }
}

export function isPodReady(pod: KubeObject): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false
  return (pod as PodBody).status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
}

interface SliceBody {
  endpoints?: { conditions?: { ready?: boolean }; targetRef?: { kind?: string; name?: string } }[]
  ports?: { port?: number }[]
}

function readyPodNames(slice: KubeObject): string[] {
  const { endpoints, ports } = slice as SliceBody
  if ((ports ?? []).length === 0) return []
  return (endpoints ?? []).flatMap((e) =>
    e.conditions?.ready !== false && e.targetRef?.name !== undefined ? [e.targetRef.name] : [],
  )
}
