/** Watches a rollout until it has arrived or cannot arrive any more. One list+watch per kind, no polling. */

import type { WatchEvent } from '#cluster/cluster.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import type { KubeObject, ObjectRef } from '#core/objects/kube-object.ts'
import { selectorFor } from '#core/objects/labels.ts'
import { judgeRollout, type RolloutVerdict, type RolloutView } from '#core/status/rollout.ts'
import { isUnscheduled } from '#core/status/scheduling.ts'
import { barredByTaint } from '#core/status/taints.ts'
import { autoscalerMs } from '../observe/autoscaler.ts'
import { createClaimWatch } from '../observe/claims.ts'
import { createLogReader } from '../observe/crash-logs.ts'
import type { Ports } from '../ports.ts'
import { createPatience } from '../time/wait-timer.ts'

/** A hopeless state must hold this long: schedulers and controllers correct themselves within it. */
const CONFIRM_MS = 5_000
/** However fast a sandbox lives, this process needs a moment to see what it did. */
const LEAST_CONFIRM_MS = 250

export interface FollowTarget {
  objectName: string
  namespace: string
  replicas: number
  /** On one's own nodes an autoscaler may add one; a pool that kaito makes has the nodes it needs. */
  ownNodes: boolean
}

type Hopeless = Extract<RolloutVerdict, { verdict: 'hopeless' }>

const WATCHED = {
  deployment: KINDS.deployment,
  replicaSets: KINDS.replicaSet,
  pods: KINDS.pod,
  slices: KINDS.endpointSlice,
  events: KINDS.event,
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
  const crashLogs = new Map<string, string>()
  const readCrashLogs = createLogReader(crashLogs, ports, signal)
  const trustMs = target.ownNodes ? await autoscalerMs(ports) : 0
  const look = (): void => {
    const mayScale = trustMs > 0 && !trust.isOver()
    judge.look({ ...viewOf(seen, target), ...claims.found(), crashLogs, mayScale })
  }
  const claims = createClaimWatch(ports, signal, look)
  const trust = createPatience(trustMs, ports, signal, look)
  const pumps = (Object.keys(WATCHED) as Watched[]).map((key) =>
    pump(key, target, ports, signal, (event) => {
      const objects = seen.get(key)
      if (event.type === 'synced') synced.add(key)
      else if (event.type === 'deleted') objects?.delete(event.object.metadata.name)
      else objects?.set(event.object.metadata.name, event.object)
      if (synced.size !== seen.size) return
      const { pods, events } = viewOf(seen, target)
      claims.note(pods, events)
      trust.note(pods.some(isUnscheduled))
      look()
      void readCrashLogs(pods).then((isNew) => isNew && look())
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
  const kind = kindIn(WATCHED[key], target.namespace)
  const labelSelector = selectorFor(WATCHED[key], target.objectName)
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
      object: { kind: KINDS.deployment.kind, name: target.objectName, namespace: target.namespace },
      status: 'InProgress',
      message,
    })
  }
  const confirmLater = async (mine: { since: number; verdict: Hopeless }): Promise<void> => {
    await ports.clock.sleep(Math.max(CONFIRM_MS / ports.pace, LEAST_CONFIRM_MS), signal)
    const verdict = await withTaint(mine.verdict, pods, ports)
    if (suspicion === mine) reject(failureOf(verdict, target))
  }
  // The signal may end it before anyone awaits it.
  settled.catch(() => undefined)
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  if (signal.aborted) reject(signal.reason)
  let pods: readonly KubeObject[] = []
  const look = (view: RolloutView): void => {
    pods = view.pods
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

/** A pod that fits nowhere, and taints in the scheduler's words: the nodes tell which. As it was, when they are not to be seen. */
async function withTaint(verdict: Hopeless, pods: readonly KubeObject[], ports: Ports): Promise<Hopeless> {
  const pod = pods.find(({ metadata }) => metadata.name === verdict.resource?.name)
  if (pod === undefined || !verdict.reason.includes('untolerated taint')) return verdict
  const nodes = await ports.kube.list(KINDS.node, { signal: ports.signal }).catch(() => [])
  const found = barredByTaint(pod, nodes)
  return found === undefined ? verdict : { ...verdict, ...found }
}

function failureOf(verdict: Hopeless, target: FollowTarget): KaitoError {
  const { code, message, reason, next, lines = [], kept = [], resource } = verdict
  const where = `-n ${target.namespace}`
  const hint =
    next ??
    (code === 'NO_ENDPOINTS'
      ? `Compare the selector with the pods' labels: kubectl describe service ${target.objectName} ${where}`
      : resource?.kind === KINDS.pod.kind
        ? `See the whole story: kubectl describe pod ${resource.name} ${where}; then: kaito logs ${target.objectName} ${where} --previous`
        : `See the whole story: kubectl describe deployment ${target.objectName} ${where}`)
  return new KaitoError({
    code,
    phase: 'watch',
    message,
    reason,
    hint,
    details: [...lines, ...kept.map(({ name }) => `Pod/${name} of the version before still answers.`)],
    ...(resource === undefined ? {} : { resource }),
  })
}
