/** Why pods wait for a node: what can be seen of it at one moment, beside the pods themselves. */
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { type Claims, waitsForClaims } from '#core/status/claims.ts'
import type { RolloutView } from '#core/status/rollout.ts'
import { isUnscheduled } from '#core/status/scheduling.ts'
import type { Ports } from '../ports.ts'
import { autoscalerMs } from './autoscaler.ts'
import { CLAIM_MS, readClaims } from './claims.ts'
import { ifPermitted } from './if-permitted.ts'

export interface Waiting {
  events: readonly KubeObject[]
  /** For how long a pod may wait for an autoscaler. */
  trustMs: number
  claims?: Claims
}

/** Nothing is asked while every pod has its node. */
export async function readWaiting(
  pods: readonly KubeObject[],
  namespace: string | undefined,
  ports: Ports,
): Promise<Waiting> {
  const waiting = pods.filter(isUnscheduled)
  if (waiting.length === 0) return { events: [], trustMs: 0 }
  const unbound = waiting.filter(waitsForClaims)
  const [events = [], trustMs, claims] = await Promise.all([
    ifPermitted(ports.kube.list(kindIn(KINDS.event, namespace), { signal: ports.signal })),
    autoscalerMs(ports),
    unbound.length === 0 ? undefined : readClaims(unbound, ports),
  ])
  return claims === undefined ? { events, trustMs } : { events, trustMs, claims }
}

/** The same, as a rollout of these pods is judged by it at one look. */
export function evidenceFor(
  pods: readonly KubeObject[],
  ownNodes: boolean,
  { trustMs, ...found }: Waiting,
  ports: Ports,
): Omit<RolloutView, 'deployment' | 'replicaSets' | 'pods' | 'slices'> {
  const now = ports.clock.now().getTime()
  const ages = pods.filter(isUnscheduled).map(({ metadata }) => now - Date.parse(metadata.creationTimestamp ?? ''))
  const isYoungerThan = (ms: number): boolean => Math.max(...ages) < ms / ports.pace
  return {
    ...found,
    isGlance: true,
    mayScale: ownNodes && isYoungerThan(trustMs),
    claimsOverdue: !isYoungerThan(CLAIM_MS),
  }
}
