/** One pod, asked to go: the API server asks its PodDisruptionBudgets first. */
import { hasCode } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import { attemptOf, errorOf } from './errors.ts'
import { pathOf } from './paths.ts'
import type { Transport } from './transport.ts'

/** Not repeated by itself: 429 is the answer of a budget, and whoever drains asks again. Source: policy/v1 Eviction. */
export async function evictPod(
  transport: Transport,
  pod: ObjectRef,
  signal: AbortSignal,
): Promise<'evicted' | 'held' | 'gone' | 'unheard'> {
  const { name, namespace = '' } = pod
  const body = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } })
  const request = { method: 'POST', path: `${pathOf(pod)}/eviction`, body, signal } as const
  const answer = await transport.send(request).catch((error: unknown) => {
    signal.throwIfAborted()
    if (hasCode(error, 'UNAVAILABLE')) return undefined
    throw error
  })
  if (answer === undefined || answer.status >= 500) return 'unheard'
  if (answer.status === 404) return 'gone'
  if (answer.status === 429) return 'held'
  if (answer.status < 300) return 'evicted'
  const eviction = { kind: `${KINDS.pod.plural}/eviction`, name, namespace }
  throw errorOf(answer.status, answer.body, attemptOf('create', eviction, 'provision'))
}
