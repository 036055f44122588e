/** Garbage collection: what is owned by nothing that is there any more goes; and old events. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { World } from './loop.ts'

const EVENTS_LIVE_MS = 60 * 60_000

export function collectGarbage({ store, now }: World): undefined {
  const all = store.all()
  const alive = new Set(all.map(({ metadata }) => metadata.uid))
  for (const object of all) {
    const { ownerReferences = [], deletionTimestamp } = object.metadata
    const isOrphan = ownerReferences.length > 0 && ownerReferences.every(({ uid }) => !alive.has(uid))
    if (!isOrphan || deletionTimestamp !== undefined) continue
    const spec = object['spec'] as { nodeName?: string } | undefined
    if (object.kind === KINDS.pod.kind && spec?.nodeName !== undefined) {
      const at = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z')
      store.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: at } })
    } else store.remove(object)
  }
  for (const event of store.list(KINDS.event) as (KubeObject & { lastTimestamp?: string })[])
    if (Date.parse(event.lastTimestamp ?? '') < now() - EVENTS_LIVE_MS) store.remove(event)
}
