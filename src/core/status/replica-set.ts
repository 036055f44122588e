/** Can this ReplicaSet make its pods, and which of them count? Pure functions of the set, its events and its pods. */

import { ADMISSION_FAILURES } from '../failures/cluster-signatures.ts'
import { recognise } from '../failures/signature.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { type Diagnosis, hopeless, moving, named, subjectOf } from './diagnosis.ts'
import { wordsOf } from './event.ts'

interface SetBody {
  spec?: { replicas?: number }
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] }
}

/** A set whose pods fail as soon as they are made makes new ones within seconds, and never ends. */
const LOOP = { failuresPerReplica: 3, withinMs: 60_000 }

/** The pods that the outcome hangs on: failed ones are left over once the set has made others in their place. */
export function podsThatCount(set: KubeObject, pods: readonly KubeObject[]): KubeObject[] {
  const wanted = (set as SetBody).spec?.replicas ?? 1
  const failed = pods.filter((pod) => phaseOf(pod) === 'Failed')
  const others = pods.filter((pod) => !failed.includes(pod))
  const standing = others.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const newest = Math.max(...pods.map(createdAt))
  const recent = failed.filter((pod) => newest - createdAt(pod) < LOOP.withinMs)
  const isReplaced = standing.length >= wanted && recent.length < LOOP.failuresPerReplica * wanted
  return isReplaced ? others : [...pods]
}

function phaseOf(pod: KubeObject): string | undefined {
  return (pod as { status?: { phase?: string } }).status?.phase
}

function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? '')
}

/** The controller cannot create pods: PodSecurity, quota or an admission webhook refuses them. */
export function diagnoseReplicaSet(set: KubeObject, events: readonly KubeObject[]): Diagnosis {
  const refused = (set as SetBody).status?.conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True')
  if (refused === undefined) return moving('', '')
  const words = refused.message ?? wordsOf(events.at(-1))
  // A ServiceAccount that is not there yet appears within a second.
  if (/serviceaccount .* not found/i.test(words)) return moving('waiting for the ServiceAccount', words)
  const subject = `ReplicaSet/${set.metadata.name}`
  const cause = recognise(ADMISSION_FAILURES, words, subjectOf(set))
  if (cause !== undefined) return named(cause, subject)
  return hopeless('POD_REFUSED', `The cluster refuses the pods of ${subject}.`, words)
}
