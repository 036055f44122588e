/** Watches a rollout until it has arrived or cannot arrive any more. One list+watch per kind, no polling. */
import { KaitoError } from '#core/errors.ts'
import type { KubeObject, ObjectRef } from '#core/kube-object.ts'
import { judgeRollout, type RolloutVerdict, type RolloutView } from '#core/status/rollout.ts'
import type { Kind, WatchEvent } from '#kube/cluster.ts'
import type { Ports } from './ports.ts'

/** A hopeless state must hold this long: schedulers and controllers correct themselves within it. */
const CONFIRM_MS = 5_000

export interface FollowTarget {
  objectName: string
  namespace: string
  replicas: number
}

type Hopeless = Extract<RolloutVerdict, { verdict: 'hopeless' }>

const WATCHED = {
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicaSets: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  pods: { apiVersion: 'v1', kind: 'Pod' },
  slices: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  events: { apiVersion: 'v1', kind: 'Event' },
} as const
type Watched = keyof typeof WATCHED

/** The pods that are Ready behind the Service. Throws what makes the rollout hopeless, with the evidence. */
export async function followRollout(target: FollowTarget, ports: Ports): Promise<ObjectRef[]> {
  const seen = new Map<Watched, Map<string, KubeObject>>(
    (Object.keys(WATCHED) as Watched[]).map((key) => [key, new Map<string, KubeObject>()]),
  )
  const synced = new Set<Watched>()
  const stop = new AbortController()
  const signal = AbortSignal.any([ports.signal, stop.signal])
  const judge = createJudge(target, ports, signal)
  const pumps = (Object.keys(WATCHED) as Watched[]).map((key) =>
    pump(key, target, ports, signal, (event) => {
      const objects = seen.get(key)
      if (event.type === 'synced') synced.add(key)
      else if (event.type === 'deleted') objects?.delete(event.object.metadata.name)
      else objects?.set(event.object.metadata.name, event.object)
      if (synced.size === seen.size) judge.look(viewOf(seen, target))
    }),
  )
  try {
    return await Promise.race([judge.settled, ...pumps.map((p) => p.then(() => judge.settled))])
  } finally {
    stop.abort()
    await Promise.allSettled(pumps)
  }
}

async function pump(
  key: Watched,
  target: FollowTarget,
  ports: Ports,
  signal: AbortSignal,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const kind: Kind = { ...WATCHED[key], namespace: target.namespace }
  const labelSelector =
    key === 'slices' ? `kubernetes.io/service-name=${target.objectName}` : `kaito.sh/workspace=${target.objectName}`
  const options = key === 'events' ? { signal } : { signal, labelSelector }
  for await (const event of ports.kube.watch(kind, options)) onEvent(event)
}

function viewOf(seen: ReadonlyMap<Watched, ReadonlyMap<string, KubeObject>>, target: FollowTarget): RolloutView {
  const all = (key: Watched): KubeObject[] => [...(seen.get(key)?.values() ?? [])]
  return {
    deployment: seen.get('deployment')?.get(target.objectName),
    replicaSets: all('replicaSets'),
    pods: all('pods'),
    slices: all('slices'),
    events: all('events'),
  }
}

/** Turns a stream of views into one outcome, and into events for people. */
function createJudge(target: FollowTarget, ports: Ports, signal: AbortSignal) {
  const { promise: settled, resolve, reject } = Promise.withResolvers<ObjectRef[]>()
  let suspicion: { since: number; verdict: Hopeless } | undefined
  let story = ''
  const tell = (message: string): void => {
    if (message === story) return
    story = message
    ports.emit({
      type: 'object.status',
      phase: 'watch',
      object: { kind: 'Deployment', name: target.objectName, namespace: target.namespace },
      status: 'InProgress',
      message,
    })
  }
  const confirmLater = async (mine: { since: number; verdict: Hopeless }): Promise<void> => {
    await ports.clock.sleep(CONFIRM_MS, signal)
    if (suspicion === mine) reject(failureOf(mine.verdict, target))
  }
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  if (signal.aborted) reject(signal.reason)
  const look = (view: RolloutView): void => {
    const verdict = judgeRollout(view, target.replicas)
    if (verdict.verdict === 'ready') {
      resolve(verdict.pods)
      return
    }
    tell(verdict.message)
    if (verdict.verdict === 'moving') suspicion = undefined
    else if (suspicion?.verdict.code === verdict.code) suspicion.verdict = verdict
    else {
      suspicion = { since: ports.clock.now().getTime(), verdict }
      confirmLater(suspicion).catch(() => undefined)
    }
  }
  return { settled, look }
}

function failureOf(verdict: Hopeless, target: FollowTarget): KaitoError {
  const { code, message, reason, resource } = verdict
  const where = `-n ${target.namespace}`
  const hint =
    code === 'NO_ENDPOINTS'
      ? `Compare the selector with the pods' labels: kubectl describe service ${target.objectName} ${where}`
      : resource?.kind === 'Pod'
        ? `See the whole story: kubectl describe pod ${resource.name} ${where}; then: kaito logs ${target.objectName} ${where} --previous`
        : `See the whole story: kubectl describe deployment ${target.objectName} ${where}`
  return new KaitoError({
    code,
    phase: 'watch',
    message,
    reason,
    hint,
    ...(resource === undefined ? {} : { resource }),
  })
}
