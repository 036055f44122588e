/** None of one's own nodes will do: what keeps the pods from each, and the command that lets them on. */
import { type Advice, advice, kaito, kubectl, setting } from '../advice.ts'
import type { Machines } from '../catalog/catalog.ts'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import { detectCloud } from '../cloud/detect.ts'
import { KaitoError } from '../errors.ts'
import { withoutReserved } from '../objects/labels.ts'
import { installPlugin } from './device-plugin.ts'
import type { NodeFact } from './facts.ts'
import { gpuOf, instanceTypeOf } from './node-gpu.ts'
import { obstacleOf, type Wanted } from './node-obstacle.ts'

interface Asked extends Wanted {
  nodes: readonly NodeFact[]
  machines: Machines
  clouds: readonly CloudTraits[]
}

export function noNodes(request: Asked): KaitoError {
  const { nodes, selector } = request
  const silent = nodes.find((node) => isSilent(node, request))
  if (silent !== undefined) return unannounced(silent, request)
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

/** A machine with GPUs that it does not announce, and a device plugin is all that it lacks. */
function isSilent(node: NodeFact, request: Asked): boolean {
  const gpu = gpuOf(node, request.machines)
  if (node.gpus > 0 || gpu === undefined) return false
  const announced = { ...node, gpus: Math.max(1, gpu.perNode) }
  return traitsOf(node, request)?.devicePlugin === 'install' && obstacleOf(announced, request) === undefined
}

function traitsOf({ providerId }: NodeFact, { clouds }: Asked): CloudTraits | undefined {
  return clouds.find(({ id }) => id === detectCloud([providerId], clouds))
}

function unannounced(node: NodeFact, request: Asked): KaitoError {
  const type = instanceTypeOf(node) ?? 'machine with GPUs'
  const service = traitsOf(node, request)?.service ?? ''
  return new KaitoError({
    code: 'NO_DEVICE_PLUGIN',
    phase: 'plan',
    message: `${node.name} is a ${type}, and announces no nvidia.com/gpu: the NVIDIA device plugin is missing there, or keeps off its taints.`,
    hint: advice`${service} installs the driver, and no device plugin. Install it: ${installPlugin(node.taints)}. Then run the same command again.`,
  })
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
