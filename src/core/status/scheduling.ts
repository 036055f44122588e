/** A pod that no node takes: can one still come? Pure functions of the pod, the scheduler's words and the events. */

import { SCHEDULING_FAILURES } from '../failures/cluster-signatures.ts'
import { recognise } from '../failures/signature.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { WORKSPACE_LABEL } from '../objects/labels.ts'
import { isUnbound, unprovided } from './claims.ts'
import { type Diagnosis, type Evidence, hopeless, moving, named, subjectOf } from './diagnosis.ts'
import { type EventBody, lastSaid, wordsOf } from './event.ts'

interface PodBody {
  status?: {
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[]
  }
}

/** The scheduler has looked at it, and no node fits. */
export function isUnscheduled(pod: KubeObject): boolean {
  const scheduled = (pod as PodBody).status?.conditions?.find(({ type }) => type === 'PodScheduled')
  return scheduled?.status === 'False' && scheduled.reason !== 'SchedulingGated'
}

/** A pool that kaito makes has the nodes it needs: it is bound to them by its selector. */
export function isForPool(pod: KubeObject): boolean {
  const { nodeSelector } = (pod as { spec?: { nodeSelector?: Record<string, string> } }).spec ?? {}
  return nodeSelector?.[WORKSPACE_LABEL] !== undefined
}

/** Why it has no node, in the scheduler's words. */
export function schedulerWords(pod: KubeObject): string {
  return (pod as PodBody).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? ''
}

/** Since when it waits for a node, in ms. */
export function unscheduledSince(pod: KubeObject): number {
  const scheduled = (pod as PodBody).status?.conditions?.find(({ type }) => type === 'PodScheduled')
  return Date.parse(scheduled?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '')
}

/** What autoscalers say on a pod: cluster-autoscaler, Karpenter. */
const WILL_SCALE = new Set(['TriggeredScaleUp', 'Nominated'])

/** Karpenter takes the scheduler's own reason, and other words (kubernetes-sigs/karpenter, scheduling/events.go). */
function isRefusal(event: KubeObject): boolean {
  const { reason } = event as EventBody
  if (reason === 'FailedScheduling') return wordsOf(event).startsWith('Failed to schedule pod')
  return reason === 'NotTriggerScaleUp'
}

/** The last that an autoscaler said of the pod. */
function autoscalerWords(events: readonly KubeObject[]): { isRefused: boolean; words: string } | undefined {
  const said = events
    .filter((event) => WILL_SCALE.has((event as EventBody).reason ?? '') || isRefusal(event))
    .toSorted((a, b) => lastSaid(a) - lastSaid(b))
    .at(-1)
  return said === undefined ? undefined : { isRefused: isRefusal(said), words: wordsOf(said) }
}

export function unscheduled(pod: KubeObject, words: string, evidence: Evidence): Diagnosis {
  const { events, mayScale, leaving } = evidence
  const subject = `Pod/${pod.metadata.name}`
  if (words === '') return moving(`${subject} waits for the scheduler`, '')
  if (isUnbound(words)) return unbound(pod, words, evidence)
  const said = autoscalerWords(events)
  if (said?.isRefused === false) return moving(`${subject} waits for a node that the autoscaler is adding`, said.words)
  const cause = recognise(SCHEDULING_FAILURES, words, subjectOf(pod))
  if (cause?.code === 'NO_GPU_FREE' && leaving !== undefined)
    return moving(`${subject} waits for the GPU of Pod/${leaving}, which is ending`, words)
  // No node helps a volume that is not there.
  if (mayScale === true && said === undefined && cause?.code !== 'VOLUME_UNBOUND')
    return moving(`${subject} waits for what an autoscaler says of it`, words)
  const reason = said === undefined ? words : `${words} Autoscaler: ${said.words}`
  if (cause === undefined) return hopeless('UNSCHEDULABLE', `No node can take ${subject}.`, reason)
  return { ...named(cause, subject), reason }
}

/** A storage system takes its time to make a volume; one that nothing makes does not come. */
function unbound(pod: KubeObject, words: string, { claims, claimEvents = [], claimsOverdue }: Evidence): Diagnosis {
  const subject = `Pod/${pod.metadata.name}`
  const why = unprovided(pod, claims ?? { claims: [], classes: undefined }, claimEvents)
  const cause = recognise(SCHEDULING_FAILURES, words, subjectOf(pod))
  if (cause === undefined || (why === undefined && claimsOverdue !== true))
    return moving(`${subject} waits for its volume`, wordsOf(claimEvents.at(-1)) || words)
  return { ...named(cause, subject), reason: why === undefined ? words : `${words} ${why}` }
}
