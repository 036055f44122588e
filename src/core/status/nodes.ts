/** What a Node says about itself, as far as GPU work needs it. Pure functions of the object. */

import type { Taint } from '../cloud/node-pool.ts'
import { KINDS } from '../objects/kinds.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { LEAVING_ANNOTATION, WORKSPACE_LABEL } from '../objects/labels.ts'
import type { NodeFact } from '../placement/facts.ts'

interface NodeBody {
  spec?: { providerID?: string; taints?: Taint[]; unschedulable?: boolean }
  status?: { allocatable?: Record<string, string>; conditions?: { type: string; status: string }[] }
}

interface PodBody {
  spec?: { nodeName?: string; containers?: { resources?: { requests?: Record<string, string> } }[] }
  status?: { phase?: string }
}

const GPU = 'nvidia.com/gpu'

export function isNodeReady(node: KubeObject): boolean {
  return (node as NodeBody).status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
}

/** nvidia.com/gpu in allocatable; 0 when it is not announced. */
export function nodeGpus(node: KubeObject): number {
  return Number((node as NodeBody).status?.allocatable?.[GPU] ?? 0)
}

/** GPUs that one pod holds or is about to hold. Finished pods hold none. */
function podGpus(pod: KubeObject): number {
  const { spec, status } = pod as PodBody
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0
  return (spec?.containers ?? []).reduce((sum, c) => sum + Number(c.resources?.requests?.[GPU] ?? 0), 0)
}

/** The scheduler has found a node for it. */
export function isOnNode(pod: KubeObject): boolean {
  return (pod as PodBody).spec?.nodeName !== undefined
}

/** The nodes as planning sees them. `ownWorkspace`: its pods' GPUs count as free, since it is what is being planned. */
export function nodeFacts(
  nodes: readonly KubeObject[],
  pods: readonly KubeObject[],
  ownWorkspace?: string,
): NodeFact[] {
  const held = new Map<string, number>()
  for (const pod of pods) {
    const node = (pod as PodBody).spec?.nodeName
    const isOwn = ownWorkspace !== undefined && pod.metadata.labels?.[WORKSPACE_LABEL] === ownWorkspace
    if (node !== undefined && !isOwn) held.set(node, (held.get(node) ?? 0) + podGpus(pod))
  }
  return nodes.map((node) => {
    const { name, labels } = node.metadata
    const gpus = nodeGpus(node)
    return {
      name,
      labels: labels ?? {},
      taints: (node as NodeBody).spec?.taints ?? [],
      isReady: isNodeReady(node),
      providerId: (node as NodeBody).spec?.providerID ?? '',
      gpus,
      freeGpus: Math.max(0, gpus - (held.get(name) ?? 0)),
    }
  })
}

function isLeaving({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[LEAVING_ANNOTATION] === 'true'
}

export function podsOn(node: string, pods: readonly KubeObject[]): KubeObject[] {
  return pods.filter((pod) => (pod as PodBody).spec?.nodeName === node)
}

/** Of nodes, as they say it. */
export function providerIdsOf(nodes: readonly KubeObject[]): string[] {
  return nodes.map((node) => (node as NodeBody).spec?.providerID ?? '')
}

/** Compared without case. */
export function providerIdOf(node: KubeObject): string {
  return ((node as NodeBody).spec?.providerID ?? '').toLowerCase()
}

/**
 * All but so many: first those that were to go already, then those that are not Ready, those with the fewest of its pods, and of
 * equals the newest names.
 */
export function leavingNodes(nodes: readonly KubeObject[], pods: readonly KubeObject[], stay: number): KubeObject[] {
  const weight = (node: KubeObject): number =>
    podsOn(node.metadata.name, pods).length * 4 + (isNodeReady(node) ? 2 : 0) - (isLeaving(node) ? 1 : 0)
  const byWeight = nodes.toSorted(
    (one, other) => weight(one) - weight(other) || (one.metadata.name < other.metadata.name ? 1 : -1),
  )
  return byWeight.slice(0, Math.max(0, nodes.length - stay))
}

/** Of those that are cordoned, as many as are needed. */
export function nodesToRelease(nodes: readonly KubeObject[], needed: number): KubeObject[] {
  const open = nodes.filter((node) => (node as NodeBody).spec?.unschedulable !== true)
  return nodes.filter(isLeaving).slice(0, Math.max(0, needed - open.length))
}

/** A DaemonSet's pods come back at once, a mirror pod is the kubelet's own, and what has ended holds nothing. */
export function staysWithNode({ metadata, ...pod }: KubeObject): boolean {
  const { phase } = (pod as PodBody).status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed') return true
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return true
  return metadata.ownerReferences?.some(({ kind }) => kind === KINDS.daemonSet.kind) ?? false
}
