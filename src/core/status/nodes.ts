/** What a Node says about itself, as far as GPU work needs it. Pure functions of the object. */

import type { Taint } from '../cloud/node-pool.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { WORKSPACE_LABEL } from '../objects/labels.ts'
import type { NodeFact } from '../placement/facts.ts'

interface NodeBody {
  spec?: { providerID?: string; taints?: Taint[] }
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
