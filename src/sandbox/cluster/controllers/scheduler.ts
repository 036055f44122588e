/** Pods → nodes, by selector, taints and what is free; in the real scheduler's words when none will do. */
import type { Taint } from '#core/cloud/node-pool.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { quantity } from '#core/objects/quantity.ts'
import { type Pod, type Toleration, withCondition } from '../../pod.ts'
import { now } from '../store/objects.ts'
import type { Node } from './bodies.ts'
import { record } from './events.ts'
import type { World } from './loop.ts'

export function schedule({ store }: World): undefined {
  const pods = store.list(KINDS.pod) as Pod[]
  for (const pod of pods) {
    if (pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) continue
    if ((pod.spec.schedulingGates ?? []).length > 0) {
      const words = 'Scheduling is blocked due to non-empty scheduling gates'
      refuse(store, pod, words, 'SchedulingGated')
      continue
    }
    const lost = missingClaim(store.list(KINDS.persistentVolumeClaim, pod.metadata.namespace), pod)
    const nodes = store.list(KINDS.node) as Node[]
    const placed = store.list(KINDS.pod) as Pod[]
    const obstacles = nodes.map((node) => ({ node, why: obstacle(pod, node, placed) }))
    const fits = lost === undefined ? obstacles.find(({ why }) => why === undefined)?.node : undefined
    if (fits === undefined) {
      const words = `0/${nodes.length} nodes are available: ${lost ?? summary(obstacles.map(({ why }) => why ?? ''))}`
      const none = nodes.length === 0 ? 'no nodes available to schedule pods' : `${words}. ${preemption(nodes.length)}`
      if (refuse(store, pod, none, 'Unschedulable'))
        record(store, pod, { type: 'Warning', reason: 'FailedScheduling', message: none, by: 'default-scheduler' })
      continue
    }
    const { name } = fits.metadata
    const conditions = withCondition(pod.status?.conditions, { type: 'PodScheduled', status: 'True' }, now())
    store.put({
      ...pod,
      spec: { ...pod.spec, nodeName: name },
      status: { ...pod.status, phase: 'Pending', conditions },
    })
    const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${name}`
    record(store, pod, { type: 'Normal', reason: 'Scheduled', message, by: 'default-scheduler' })
  }
}

function preemption(count: number): string {
  return `preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`
}

/** True when these words are new. */
function refuse(store: World['store'], pod: Pod, message: string, reason: string): boolean {
  const said = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (said?.message === message) return false
  const conditions = withCondition(
    pod.status?.conditions,
    { type: 'PodScheduled', status: 'False', reason, message },
    now(),
  )
  store.put({ ...pod, status: { ...pod.status, phase: 'Pending', conditions } })
  return true
}

function missingClaim(claims: readonly KubeObject[], { spec }: Pod): string | undefined {
  const wanted = spec.volumes?.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []) ?? []
  const lost = wanted.find((name) => !claims.some(({ metadata }) => metadata.name === name))
  return lost === undefined ? undefined : `persistentvolumeclaim "${lost}" not found`
}

/** `2 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint(s)`, sorted as the scheduler does. */
function summary(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}

/** Why not there; undefined: it fits. */
function obstacle(pod: Pod, node: Node, placed: readonly Pod[]): string | undefined {
  if (node.spec?.unschedulable === true) return 'node(s) were unschedulable'
  if (node.spec?.taints?.some((taint) => isRepelledBy(taint, pod)) === true) return 'node(s) had untolerated taint(s)'
  const labels = node.metadata.labels ?? {}
  const isSelected = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)
  if (!isSelected) return "node(s) didn't match Pod's node affinity/selector"
  const here = placed.filter(
    ({ spec, status }) =>
      spec.nodeName === node.metadata.name && status?.phase !== 'Failed' && status?.phase !== 'Succeeded',
  )
  if (here.length >= quantity(node.status?.allocatable?.['pods'] ?? 110)) return 'Too many pods'
  const asked = requestsOf(pod)
  const short = Object.keys(asked).find((resource) => {
    const used = here.reduce((sum, each) => sum + (requestsOf(each)[resource] ?? 0), 0)
    return (asked[resource] ?? 0) > quantity(node.status?.allocatable?.[resource] ?? 0) - used
  })
  return short === undefined ? undefined : `Insufficient ${short}`
}

/** Source: k8s.io/component-helpers/scheduling/corev1, FindMatchingUntoleratedTaint; PreferNoSchedule only scores. */
function isRepelledBy(taint: Taint, { spec: { tolerations = [] } }: Pod): boolean {
  const isHard = taint.effect === 'NoSchedule' || taint.effect === 'NoExecute'
  return isHard && !tolerations.some((toleration) => tolerates(toleration, taint))
}

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  // Without a key only Exists is legal, and it tolerates everything.
  return operator === 'Exists' || (Boolean(key) && (value ?? '') === (taint.value ?? ''))
}

function requestsOf({ spec }: Pod): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { resources } of spec.containers)
    for (const [name, value] of Object.entries({ ...resources?.limits, ...resources?.requests }))
      sums[name] = (sums[name] ?? 0) + quantity(value)
  return sums
}
