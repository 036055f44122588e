/** Events, as controllers and kubelets record them: the same words again only count. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { now, type ObjectStore } from '../store/objects.ts'
import { suffix } from './bodies.ts'

export interface Said {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  /** `kubelet`, `default-scheduler`, … */
  by: string
}

interface EventBody extends KubeObject {
  count: number
  lastTimestamp: string
}

export function record(store: ObjectStore, about: KubeObject, said: Said): void {
  const { name, namespace = 'default', uid = '' } = about.metadata
  const { type, reason, message, by } = said
  const called = `${name}.${suffix(`${uid}${reason}${message}`, 16)}`
  const before = store.get(KINDS.event, namespace, called) as EventBody | undefined
  if (before !== undefined) {
    store.put({ ...before, count: before.count + 1, lastTimestamp: now() })
    return
  }
  store.put({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: called, namespace },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now(),
    lastTimestamp: now(),
    source: { component: by },
    reportingComponent: by,
  })
}
