/** Services → EndpointSlices: who is behind, and whether it is ready. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { selectorOf } from '#core/objects/labels.ts'
import type { Pod } from '../../pod.ts'
import { isPodReady, portOf } from '../api/subresources.ts'
import { labelMatch } from '../store/selectors.ts'
import { suffix } from './bodies.ts'
import type { World } from './loop.ts'

interface Service extends KubeObject {
  spec: {
    selector?: Record<string, string>
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string }[]
  }
}

export function reconcileEndpoints({ store }: World): undefined {
  for (const service of store.list(KINDS.service) as Service[]) {
    const { selector = {}, ports = [] } = service.spec
    const wanted = selectorOf(selector)
    if (wanted === '') continue
    const { name, namespace = '', uid = '', labels = {} } = service.metadata
    const isBehind = labelMatch(wanted)
    const pods = (store.list(KINDS.pod, namespace) as Pod[]).filter(
      (pod) => isBehind(pod) && pod.status?.podIP !== undefined,
    )
    const endpoints = pods.map((pod) => {
      const [ready, terminating] = [isPodReady(pod), pod.metadata.deletionTimestamp !== undefined]
      return {
        addresses: [pod.status?.podIP ?? ''],
        conditions: { ready, serving: ready, terminating },
        nodeName: pod.spec.nodeName,
        targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
      }
    })
    const [first] = pods
    const slice = `${name}-${suffix(uid, 5)}`
    const before = store.get(KINDS.endpointSlice, namespace, slice)
    store.put({
      ...(before ?? {}),
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        ...before?.metadata,
        name: slice,
        namespace,
        labels: {
          ...labels,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': name,
        },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid }],
      },
      addressType: 'IPv4',
      endpoints,
      ports: ports.map(({ name: portName = '', port, targetPort = port, protocol = 'TCP' }) => ({
        name: portName,
        protocol,
        port: first === undefined ? null : (portOf(first, targetPort) ?? null),
      })),
    })
  }
}
