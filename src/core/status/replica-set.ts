/** Can this ReplicaSet make its pods? A pure function of the set and its events. */
import { recognise } from '#core/failures/cause.ts'
import { ADMISSION_FAILURES } from '#core/failures/cluster-words.ts'
import type { KubeObject } from '#core/kube-object.ts'
import { type Finding, hopeless, moving, named, placeOf, wordsOf } from './finding.ts'

interface SetBody {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] }
}

/** The controller cannot create pods: PodSecurity, quota or an admission webhook refuses them. */
export function diagnoseReplicaSet(set: KubeObject, events: readonly KubeObject[]): Finding {
  const refused = (set as SetBody).status?.conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True')
  if (refused === undefined) return moving('', '')
  const words = refused.message ?? wordsOf(events.at(-1))
  // A ServiceAccount that is not there yet appears within a second.
  if (/serviceaccount .* not found/i.test(words)) return moving('waiting for the ServiceAccount', words)
  const subject = `ReplicaSet/${set.metadata.name}`
  const cause = recognise(ADMISSION_FAILURES, words, placeOf(set))
  if (cause !== undefined) return named(cause, subject)
  return hopeless('POD_REFUSED', `The cluster refuses the pods of ${subject}.`, words)
}
