/** Nodes of a pool that a workspace needs no more: no pod is put there, and what runs there goes. */
import { advice, kubectl } from '#core/advice.ts'
import type { NodePoolRequest } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import { type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { isNodeIn, LEAVING_ANNOTATION } from '#core/objects/labels.ts'
import { leavingNodes, podsOn, staysWithNode } from '#core/status/nodes.ts'
import type { Standing } from '#core/status/standing.ts'
import { ifPermitted } from '../observe/if-permitted.ts'
import type { Acting, Learned, Place, Seen, Step } from './step.ts'
import { actsOnce } from './step.ts'

/** Pods that are scaled away have their grace period. */
const SURPLUS_BUDGET_MS = 10 * 60_000
/** A budget that never allows it is somebody's mistake. */
const DRAIN_BUDGET_MS = 15 * 60_000
const AGAIN_MS = 1_000

export interface Needed {
  replicas: number
  /** Of its nodes so many are needed. */
  pool: NodePoolRequest
}

/** Chooses those that go, once no pod too many is left, and keeps the scheduler from them. */
export function cordonStep({ replicas, pool }: Needed, place: Place): Step {
  return {
    ...place,
    name: 'cordon',
    kinds: ['nodes', 'pods'],
    judge(seen) {
      if (seen.learned.leaving !== undefined) return { is: 'done' }
      const surplus = seen.pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length - replicas
      if (surplus <= 0) return { is: 'due', because: 'which nodes go is not chosen' }
      const says = `${surplus} pods are still to end`
      const error = stillThere(seen, `${surplus} pods that were scaled away are still there after 10 minutes.`)
      return { is: 'moving', says, stage: 'surplus', giveUp: { after: { clusterMs: SURPLUS_BUDGET_MS }, error } }
    },
    async act({ nodes, pods }, ports) {
      const own = nodes.filter((node) => isNodeIn(node, pool))
      const leaving = leavingNodes(own, pods, pool.count)
      for (const node of leaving) await setLeaving(node, true, ports)
      return { leaving: leaving.map(({ metadata }) => metadata.name) }
    },
  }
}

/** Until nothing is left there that a node does not keep to its end. */
export function drainStep(place: Place): Step {
  return {
    ...place,
    name: 'drain',
    kinds: ['pods'],
    judge: standingOfDrain,
    async look({ pods, learned: { leaving = [] } }, ports) {
      const rest = (await Promise.all(leaving.map((node) => evictFrom(node, pods, ports)))).flat()
      return { undrained: rest.map(({ name }) => name) }
    },
  }
}

function standingOfDrain(seen: Seen): Standing {
  const { leaving = [], undrained } = seen.learned
  const own = leaving.flatMap((node) => podsOn(node, seen.pods))
  if (leaving.length === 0 || (own.length === 0 && undrained?.length === 0)) return { is: 'done' }
  const error = stillThere(seen, `Pods on ${leaving.join(', ')} cannot be evicted within 15 minutes.`)
  const giveUp = { after: { clusterMs: DRAIN_BUDGET_MS }, error }
  const says = undrained === undefined ? 'draining' : `${undrained.length} pods are still on nodes that go`
  return { is: 'moving', says, stage: 'drain', ask: { ms: undrained === undefined ? 0 : AGAIN_MS }, giveUp }
}

const EVICTED = {
  evicted: 'evicted',
  gone: 'gone',
  held: 'held by its PodDisruptionBudget',
  unheard: 'no answer yet',
} as const

/** Asks each that is there to go; those that have not gone are returned. Where others may not be seen, our own are. */
async function evictFrom(node: string, own: readonly KubeObject[], ports: Acting): Promise<ObjectRef[]> {
  const { kube, signal, emit } = ports
  const listed = await ifPermitted(kube.list(KINDS.pod, { signal, fieldSelector: `spec.nodeName=${node}` }))
  const there = (listed ?? podsOn(node, own)).filter((pod) => !staysWithNode(pod))
  for (const pod of there.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    const answer = await kube.evict(refOf(pod), signal)
    const state = EVICTED[answer]
    emit({ type: 'step.progress', phase: 'provision', subject: `pod ${pod.metadata.name}`, state })
  }
  return there.map(refOf)
}

/** Nodes that an earlier run began to take away, and that are needed again. */
export function uncordonStep(nodes: readonly KubeObject[], place: Place): Step {
  const release: Step['act'] = async (_, ports): Promise<Learned> => {
    for (const node of nodes) await setLeaving(node, false, ports)
    return {}
  }
  return actsOnce('uncordon', 'nodes that are needed are cordoned', release, place)
}

/** Nodes of a pool that the workspace moves away from: no new pod is put there. */
export function barStep(nodes: readonly KubeObject[], place: Place): Step {
  const bar: Step['act'] = async (_, ports): Promise<Learned> => {
    for (const node of nodes) await setLeaving(node, true, ports)
    return {}
  }
  return actsOnce('bar', 'new pods could be put on nodes that go', bar, place)
}

/** By server-side apply: what is not said any more is as if kaito had never said it, and others' cordon stays. */
async function setLeaving({ metadata: { name } }: KubeObject, isLeaving: boolean, ports: Acting): Promise<void> {
  const said = isLeaving
    ? { metadata: { name, annotations: { [LEAVING_ANNOTATION]: 'true' } }, spec: { unschedulable: true } }
    : { metadata: { name } }
  await ports.kube.apply({ ...typeOf(KINDS.node), ...said }, { signal: ports.signal, force: true })
  const state = isLeaving ? 'cordoned' : 'uncordoned'
  ports.emit({ type: 'step.progress', phase: 'provision', subject: `node ${name}`, state })
}

function stillThere({ name, namespace }: Seen, message: string): KaitoError {
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'provision',
    message: `${message} Nothing was taken out of the node pool.`,
    hint: advice`See what keeps them: ${kubectl('get', 'pods', '-A', '-o', 'wide')}; then run the same command again.`,
    retryable: 'later',
    resource: { kind: 'Workspace', name, namespace },
  })
}
