/** ReplicaSets → pods: as many as wanted, not counting those that are ending. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Pod } from '../../pod.ts'
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
  status?: { replicas?: number; readyReplicas?: number; availableReplicas?: number; observedGeneration?: number }
}

export function podsOf(store: ObjectStore, owner: KubeObject): Pod[] {
  return (store.list(KINDS.pod, owner.metadata.namespace) as Pod[]).filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid),
  )
}

let serial = 0

export function reconcileReplicaSets({ store }: World): undefined {
  for (const set of store.list(KINDS.replicaSet) as ReplicaSet[]) {
    const pods = podsOf(store, set)
    const staying = pods.filter(
      ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== 'Failed',
    )
    for (let missing = set.spec.replicas - staying.length; missing > 0; missing -= 1) createPod(store, set)
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
    }
    store.put({ ...set, status })
  }
}

function ageOf({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? '')
}

function createPod(store: ObjectStore, set: ReplicaSet): void {
  const { name, namespace = '', uid = '' } = set.metadata
  serial += 1
  const podName = `${name}-${suffix(`${uid}${serial}${store.version}`, 5)}`
  const { labels, annotations } = set.spec.template.metadata
  store.put({
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
  } as KubeObject)
  const message = `Created pod: ${podName}`
  record(store, set, { type: 'Normal', reason: 'SuccessfulCreate', message, by: 'replicaset-controller' })
}

/** One that no kubelet has is simply gone. */
function endPod(store: ObjectStore, pod: Pod): void {
  if (pod.spec.nodeName === undefined) store.remove(pod)
  else store.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: now() } })
}
