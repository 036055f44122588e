/** What every new cluster has: a few namespaces, and the node that its cloud gives it. */
import type { Taint } from '#core/cloud/node-pool.ts'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { OF_GPUS, tolerationOf } from '#core/placement/tolerations.ts'
import { type Machine, nodeOf } from '../clouds/machines.ts'
import type { ObjectStore } from '../cluster/store/objects.ts'

/** Every name says that it is simulated. */
export const CONTEXT = 'kaito-sandbox'

export function seedCluster(store: ObjectStore, machine: Machine): void {
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
    store.put({
      apiVersion: 'v1',
      kind: KINDS.namespace.kind,
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    })
  store.put(nodeOf(machine) as never)
}

const LABELS = { name: 'nvidia-device-plugin-ds' }

/** As NVIDIA's manifest has it, with a toleration for the nodes that are made. */
export function devicePlugin(taints: readonly Taint[], more: object = {}): KubeObject {
  return {
    ...typeOf(KINDS.daemonSet),
    metadata: { name: 'nvidia-device-plugin-daemonset', namespace: 'kube-system' },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          tolerations: [OF_GPUS, ...taints.map(tolerationOf)],
          containers: [{ name: 'nvidia-device-plugin-ctr', image: 'nvcr.io/nvidia/k8s-device-plugin:v0.17.1' }],
          ...more,
        },
      },
    },
  } as KubeObject
}

/** Somebody has installed it; a drill takes it away, and then it comes back. */
export function placePlugin(store: ObjectStore, plugin: KubeObject, isThere: boolean): void {
  const { namespace, name } = plugin.metadata
  if (!isThere) store.remove(plugin)
  else if (store.get(KINDS.daemonSet, namespace, name) === undefined) store.put(plugin)
}
