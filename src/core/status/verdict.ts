/** The verdict on a rollout, with what the nodes tell of taints. */
import type { ObjectRef } from '../objects/kube-object.ts'
import type { RolloutVerdict } from './rollout.ts'
import { rolloutOf, type Snapshot, wantedReplicas } from './snapshot.ts'
import { barredByTaint, isAboutTaints } from './taints.ts'

/** Of a workspace that was applied. */
export function verdictOf(seen: Snapshot, now: Date, replicas: number = wantedReplicas(seen)): RolloutVerdict {
  const verdict = seen.work.judge(rolloutOf(seen, now), replicas)
  return verdict.verdict === 'hopeless' ? { ...verdict, ...taintOf(verdict, seen) } : verdict
}

/** Those of the version that is wanted, behind the Service; none while it is not ready. */
export function servingPods(seen: Snapshot, now: Date, replicas?: number): ObjectRef[] {
  const verdict = verdictOf(seen, now, replicas)
  return verdict.verdict === 'ready' ? verdict.pods : []
}

type Hopeless = Extract<RolloutVerdict, { verdict: 'hopeless' }>

/** A pod that fits nowhere, and taints in the scheduler's words: the nodes tell which. */
function taintOf({ reason, resource }: Hopeless, { pods, allNodes }: Snapshot): Partial<Hopeless> {
  const pod = pods.find(({ metadata }) => metadata.name === resource?.name)
  if (pod === undefined || allNodes === undefined || !isAboutTaints(reason)) return {}
  return barredByTaint(pod, allNodes) ?? {}
}
