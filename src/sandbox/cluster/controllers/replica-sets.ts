/** ReplicaSets → pods: as many as wanted, not counting those that are ending. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Condition, Pod } from '../../pod.ts'
import { admitted } from '../api/admission.ts'
import { Refusal } from '../api/answer.ts'
import { isPodReady } from '../api/subresources.ts'
import { now, type ObjectStore } from '../store/objects.ts'
import { suffix } from './bodies.ts'
import { record } from './events.ts'
import type { World } from './loop.ts'

export interface ReplicaSet extends KubeObject {
  spec: {
    replicas: number
    selector: { matchLabels: Record<string, string> }
    template: { metadata: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: object }
  }
  status?: {
    replicas?: number
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    conditions?: Condition[]
  }
}

export function podsOf(store: ObjectStore, owner: KubeObject): Pod[] {
  return (store.list(KINDS.pod, owner.metadata.namespace) as Pod[]).filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid),
  )
}

let serial = 0

/** After a refusal; a controller of a cluster takes its time, too. */
const RETRY_MS = 1_000

export function reconcileReplicaSets({ store, now: clock }: World): number | undefined {
  let isRefused = false
  for (const set of store.list(KINDS.replicaSet) as ReplicaSet[]) {
    const pods = podsOf(store, set)
    const staying = pods.filter(
      ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== 'Failed',
    )
    const missing = Array.from({ length: Math.max(0, set.spec.replicas - staying.length) }, (_, index) => index)
    const refusal = missing.map((index) => createPod(store, set, index)).find((words) => words !== undefined)
    isRefused ||= refusal !== undefined
    // Those that are not ready go first, then the youngest.
    const order = [...staying].sort((a, b) => Number(isPodReady(a)) - Number(isPodReady(b)) || ageOf(b) - ageOf(a))
    for (const pod of order.slice(0, Math.max(0, staying.length - set.spec.replicas))) endPod(store, pod)
    const ready = staying.filter(isPodReady).length
    const status = {
      replicas: Math.min(staying.length, set.spec.replicas),
      fullyLabeledReplicas: staying.length,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: set.metadata.generation ?? 1,
      ...(refusal === undefined ? {} : { conditions: [tellRefusal(store, set, refusal)] }),
    }
    store.put({ ...set, status })
  }
  return isRefused ? clock() + RETRY_MS : undefined
}

/** The same words again are no news. */
function tellRefusal(store: ObjectStore, set: ReplicaSet, message: string): Condition {
  const before = set.status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
  if (before?.message === message) return before
  const failed = { type: 'Warning', reason: 'FailedCreate', by: 'replicaset-controller' } as const
  record(store, set, { ...failed, message: `Error creating: ${message}` })
  return { type: 'ReplicaFailure', status: 'True', reason: failed.reason, message, lastTransitionTime: now() }
}

function ageOf({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? '')
}

/** Why not, where the namespace refuses it. */
function createPod(store: ObjectStore, set: ReplicaSet, index: number): string | undefined {
  try {
    const pod = store.put(admitted(store, KINDS.pod, podFor(set, `${serial + 1}${store.version}`)))
    serial += 1
    const message = `Created pod: ${pod.metadata.name}`
    record(store, set, { type: 'Normal', reason: 'SuccessfulCreate', message, by: 'replicaset-controller' })
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { name } = podFor(set, String(index)).metadata
    return error.message.replace(/^pods "[^"]*"/, `pods "${name}"`)
  }
}

function podFor(set: ReplicaSet, seed: string): KubeObject {
  const { name, namespace = '', uid = '' } = set.metadata
  const podName = `${name}-${suffix(`${uid}${seed}`, 5)}`
  const { labels, annotations } = set.spec.template.metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid }],
    },
    spec: { restartPolicy: 'Always', ...set.spec.template.spec },
    status: { phase: 'Pending' },
  } as KubeObject
}

/** One that no kubelet has is simply gone. */
function endPod(store: ObjectStore, pod: Pod): void {
  if (pod.spec.nodeName === undefined) store.remove(pod)
  else store.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: now() } })
}
