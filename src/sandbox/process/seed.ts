/** What every new cluster has: a few namespaces, and the node that its cloud gives it. */
import { KINDS } from '#core/objects/kinds.ts'
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
