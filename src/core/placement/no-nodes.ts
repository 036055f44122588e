/** None of one's own nodes will do: what keeps the pods from each, and the command that lets them on. */
import { type Advice, advice, kaito, kubectl, setting } from '../advice.ts'
import { KaitoError } from '../errors.ts'
import { withoutReserved } from '../objects/labels.ts'
import type { NodeFact } from './facts.ts'
import { obstacleOf, type Wanted } from './node-obstacle.ts'

interface Asked extends Wanted {
  nodes: readonly NodeFact[]
}

export function noNodes(request: Asked): KaitoError {
  const { nodes, selector } = request
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
  const which = labels.length === 0 ? '' : ` with ${labels.join(', ')}`
  const ready = nodes.filter((node) => node.isReady).length
  const details = nodes
    .filter((node) => node.gpus > 0)
    .map((node) => `${node.name} (GPUs: ${node.gpus}): ${obstacleOf(node, request)}`)
  return refused(
    `None of the cluster's ${nodes.length} nodes (${ready} Ready) is a Ready node${which} with GPUs that pods may use.`,
    wayToNodes(request),
    details,
  )
}

/** What would let the pods onto the first node whose GPUs nothing else keeps them from. */
function wayToNodes(request: Asked): Advice {
  const own = Object.entries(withoutReserved(request.selector))
  const isBarred = (node: NodeFact, more: Partial<Asked> = {}): boolean =>
    obstacleOf(node, { ...request, ...more }) !== undefined
  const unlabelled = request.nodes.find((node) => isBarred(node) && !isBarred(node, { selector: {} }))
  if (unlabelled !== undefined)
    return advice`Label the nodes that are to serve it: ${kubectl('label', 'node', unlabelled.name, ...own.map(([key, value]) => `${key}=${value}`))}`
  const tainted = request.nodes.find((node) => isBarred(node) && !isBarred({ ...node, taints: [] }))
  if (tainted !== undefined)
    return advice`Let the pods tolerate its taint, by a patch of the Deployment: ${setting('patch', 'FILE')}`
  const rendered = kaito('render', { settings: { filename: 'FILE', byo: true } })
  return advice`See what the nodes announce: ${kubectl('describe', 'nodes')}. Where an autoscaler adds GPU nodes for pending pods, apply the manifests instead: ${rendered} | ${kubectl('apply', '-f', '-')}`
}

export function noLabels(nodes: readonly NodeFact[]): KaitoError {
  return refused(
    `The memory of the GPUs is not known: ${nodes.map((n) => n.name).join(', ')} carry no nvidia.com/gpu.memory, and no instance type that kaito knows.`,
    advice`Install NVIDIA's GPU feature discovery, or set it, in MiB: ${kubectl('label', 'node', nodes[0]?.name ?? 'NODE', 'nvidia.com/gpu.memory=24576', 'nvidia.com/gpu.product=NAME')}`,
  )
}

function refused(message: string, hint: Advice, details: readonly string[] = []): KaitoError {
  return new KaitoError({ code: 'PREFLIGHT_REFUSED', phase: 'plan', message, hint, details })
}
