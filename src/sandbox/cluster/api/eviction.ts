/** `pods/NAME/eviction`: a delete that PodDisruptionBudgets are asked about. Source: pkg/registry/core/pod/storage/eviction.go. */
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { selectorOf } from '#core/objects/labels.ts'
import type { ObjectStore } from '../store/objects.ts'
import { labelMatch } from '../store/selectors.ts'
import { type Answer, Refusal, statusAnswer } from './answer.ts'
import type { Target } from './path.ts'
import { isPodReady } from './subresources.ts'
import { existing, remove } from './writes.ts'

interface Budget extends KubeObject {
  spec?: { maxUnavailable?: number; selector?: { matchLabels?: Record<string, string> } }
}

/** Of budgets `maxUnavailable` as a number is played: the one that kaito makes. */
export function evict(store: ObjectStore, target: Target): Answer {
  const { subresource: _, ...pod } = target
  const found = existing(store, pod)
  for (const budget of store.list(KINDS.podDisruptionBudget, target.namespace) as Budget[])
    if (isHeldBy(budget, found, store)) throw new Refusal(heldBy(budget))
  remove(store, pod, undefined, new URLSearchParams())
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}

function isHeldBy({ spec }: Budget, pod: KubeObject, store: ObjectStore): boolean {
  const isMatched = labelMatch(selectorOf(spec?.selector?.matchLabels ?? {}))
  if (!isMatched(pod) || !isPodReady(pod)) return false
  const pods = store.list(KINDS.pod, pod.metadata.namespace).filter(isMatched)
  return pods.filter((each) => !isPodReady(each)).length >= (spec?.maxUnavailable ?? 1)
}

function heldBy({ metadata }: Budget): Answer {
  const message = `Cannot evict pod as it would violate the pod's disruption budget. (PodDisruptionBudget ${metadata.name})`
  return statusAnswer(429, 'TooManyRequests', message)
}
