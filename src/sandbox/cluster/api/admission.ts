/** What a namespace does with an object that is new in it. */
import { KINDS, type KindRow } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { Pod } from '../../pod.ts'
import type { ObjectStore } from '../store/objects.ts'
import { forbidden, invalidField } from './answer.ts'
import { askedOverLimit, limited } from './limits.ts'
import { overQuota } from './quotas.ts'

/** With what the namespace fills in; throws what an API server answers. */
export function admitted(store: ObjectStore, row: KindRow, object: KubeObject): KubeObject {
  if (!row.isNamespaced) return object
  const { pod, why } = row === KINDS.pod ? limited(store, object as Pod) : { pod: object, why: [] }
  const { name } = object.metadata
  const over = row === KINDS.pod ? askedOverLimit(pod as Pod) : undefined
  if (over !== undefined) throw invalidField(row, name, over.field, over.message)
  if (why.length > 0) throw forbidden(row, name, why.length > 1 ? `[${why.join(', ')}]` : (why[0] ?? ''))
  const full = overQuota(store, row, pod)
  if (full !== undefined) throw forbidden(row, name, full)
  return pod
}
