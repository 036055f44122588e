/** A namespace gets its default ServiceAccount; one that is deleted takes everything in it along. */
import { KINDS } from '#core/objects/kinds.ts'
import type { World } from './loop.ts'

export function reconcileNamespaces({ store }: World): undefined {
  for (const namespace of store.list(KINDS.namespace)) {
    const { name, deletionTimestamp } = namespace.metadata
    if (deletionTimestamp !== undefined) {
      for (const object of store.all()) if (object.metadata.namespace === name) store.remove(object)
      store.remove(namespace)
    } else if (store.get(KINDS.serviceAccount, name, 'default') === undefined) {
      store.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } })
      store.put({ ...namespace, status: { phase: 'Active' } })
    }
  }
}
