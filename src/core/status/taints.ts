/** Which taints keep a pod from the nodes that have GPUs: schedulers since 1.35 do not say it. */

import type { Advice } from '../advice.ts'
import type { Taint } from '../cloud/node-pool.ts'
import type { ErrorCode } from '../errors.ts'
import { SCHEDULING_FAILURES } from '../failures/cluster-signatures.ts'
import { recognise } from '../failures/signature.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { barringTaints, type Toleration } from '../placement/tolerations.ts'
import { subjectOf } from './diagnosis.ts'
import { nodeGpus } from './nodes.ts'

/** In the scheduler's words. */
export function isAboutTaints(words: string): boolean {
  return words.includes('untolerated taint')
}

/** What bars the pod from every node with GPUs; undefined: taints are not the reason. */
export function barredByTaint(
  pod: KubeObject,
  nodes: readonly KubeObject[],
): { code: ErrorCode; message: string; next: Advice } | undefined {
  const taint = taintOnEveryGpu(pod, nodes)
  if (taint === undefined) return undefined
  // In the words of older schedulers, which named it: one table has the advice.
  const words = `had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
  const cause = recognise(SCHEDULING_FAILURES, words, subjectOf(pod))
  if (cause === undefined) return undefined
  return { code: cause.code, message: `Pod/${pod.metadata.name}: ${cause.message}`, next: cause.next }
}

function taintOnEveryGpu(pod: KubeObject, nodes: readonly KubeObject[]): Taint | undefined {
  const tolerations = (pod as { spec?: { tolerations?: Toleration[] } }).spec?.tolerations ?? []
  const withGpus = nodes.filter((node) => nodeGpus(node) > 0)
  const barring = withGpus.map((node) => barringTaints(taintsOf(node), tolerations))
  if (!barring.every((taints) => taints.length > 0)) return undefined
  // A node that restarts says nothing of the taint that keeps the pod from the others.
  return barring.flat().find(({ key }) => !isOfSystem(key)) ?? barring[0]?.[0]
}

function isOfSystem(key: string): boolean {
  return /^node\.(cloudprovider\.)?kubernetes\.io\//.test(key)
}

function taintsOf(node: KubeObject): Taint[] {
  return (node as { spec?: { taints?: Taint[] } }).spec?.taints ?? []
}
