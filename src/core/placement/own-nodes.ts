/** One's own nodes: which of them serve the workspace, and how the pods find them. Nothing is created. */

import { type Advice, advice, kubectl, setting } from '../advice.ts'
import type { Machines } from '../catalog/catalog.ts'
import type { EngineImage } from '../catalog/schema.ts'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import { KaitoError } from '../errors.ts'
import { withoutReserved } from '../objects/labels.ts'
import type { PlanWarning } from '../problem.ts'
import type { Fit } from '../sizing/fit.ts'
import type { GpuShape } from '../sizing/types.ts'
import type { NodeFact } from './facts.ts'
import { noLabels, noNodes } from './no-nodes.ts'
import { gpuOf, instanceTypeOf, PRODUCT_LABEL } from './node-gpu.ts'
import { obstacleOf } from './node-obstacle.ts'
import type { Toleration } from './tolerations.ts'
import { type Weighed, type WeighRequest, weigh } from './weigh.ts'

export interface NodesRequest extends WeighRequest {
  machines: Machines
  clouds: readonly CloudTraits[]
  nodes: readonly NodeFact[]
  /** The workspace's labelSelector. */
  selector: Readonly<Record<string, string>>
  instanceType: string | undefined
  /** What an earlier deploy took: kept while it still does. */
  settledType: string | undefined
  /** Of the pods, with the user's patches. */
  tolerations: readonly Toleration[]
  /** The name that the workspace's own nodes carry as `kaito.sh/workspace`. */
  objectName: string
  replicas: number
}

export interface NodesChoice {
  gpu: GpuShape
  fit: Fit
  image: EngineImage
  instanceType: string | undefined
  /** Replicas that the free GPUs take. */
  room: number
  nodes: string[]
  nodeSelector: Record<string, string>
  warnings: PlanWarning[]
}

/** Nodes with the same GPUs. */
interface Group extends Weighed {
  members: NodeFact[]
  /** How many replicas the free GPUs take. */
  room: number
}

export function chooseNodes(request: NodesRequest): NodesChoice {
  const eligible = eligibleNodes(request)
  const known = eligible.filter((node) => gpuOf(node, request.machines) !== undefined)
  if (known.length === 0) throw eligible.length === 0 ? noNodes(request) : noLabels(eligible)
  const groups = groupByGpu(known, request)
  const serving = groups.filter(isServing)
  const fitting = serving.filter((group) => group.room >= request.replicas).toSorted(smallestFirst(request))
  const [best] = [...fitting.filter((group) => group.isComfortable), ...fitting]
  if (best === undefined) throw serving.length > 0 ? noRoom(serving, request) : tooSmall(groups, request)
  return choiceOf(best, groups, request)
}

function eligibleNodes(request: NodesRequest): NodeFact[] {
  const { nodes, instanceType } = request
  const matching = nodes.filter((node) => obstacleOf(node, request) === undefined)
  const typed = matching.filter((node) => instanceTypeOf(node)?.toLowerCase() === instanceType?.toLowerCase())
  return typed.length > 0 ? typed : matching
}

function groupByGpu(nodes: readonly NodeFact[], request: NodesRequest): Group[] {
  const groups = new Map<string, { gpu: GpuShape; members: NodeFact[] }>()
  for (const node of nodes) {
    const gpu = gpuOf(node, request.machines)
    if (gpu === undefined) continue
    const key = JSON.stringify(gpu)
    groups.set(key, { gpu, members: [...(groups.get(key)?.members ?? []), node] })
  }
  return [...groups.values()].map(({ gpu, members }) => {
    const [first] = members
    const weighed = weigh(request, gpu, first === undefined ? undefined : instanceTypeOf(first))
    const tp = weighed.fit?.tensorParallelSize ?? gpu.perNode
    const room = members.reduce((sum, node) => sum + Math.floor(node.freeGpus / tp), 0)
    return { ...weighed, members, room }
  })
}

type Serving = Group & { fit: Fit; image: EngineImage }

function isServing(group: Group): group is Serving {
  return group.isEnough && group.fit !== undefined && group.image !== undefined
}

/** The nodes that an earlier run took, then the least memory that does, then by name: the same answer every time. */
function smallestFirst({ settledType }: NodesRequest): (a: Serving, b: Serving) => number {
  const isSettled = (group: Serving): number =>
    settledType !== undefined && typeOf(group) === settledType.toLowerCase() ? 0 : 1
  const size = (group: Serving): number => group.gpu.visibleGiB * group.fit.tensorParallelSize
  return (a, b) => isSettled(a) - isSettled(b) || size(a) - size(b) || (nameOf(a) < nameOf(b) ? -1 : 1)
}

function typeOf({ members }: Group): string | undefined {
  return members[0] === undefined ? undefined : instanceTypeOf(members[0])?.toLowerCase()
}

function nameOf({ members }: Group): string {
  return members[0]?.name ?? ''
}

function choiceOf(best: Serving, groups: readonly Group[], request: NodesRequest): NodesChoice {
  const tp = best.fit.tensorParallelSize
  const nodes = best.members.filter((node) => node.freeGpus >= tp).map((node) => node.name)
  const telling = groups.length === 1 ? {} : tellApart(best, groups)
  const [first] = best.members
  const chosen = first === undefined ? undefined : instanceTypeOf(first)
  return {
    gpu: best.gpu,
    fit: best.fit,
    image: best.image,
    instanceType: chosen,
    room: best.room,
    nodes: nodes.toSorted(),
    nodeSelector: { ...withoutReserved(request.selector), ...telling },
    warnings: warningsOf(best, groups, request, chosen),
  }
}

function warningsOf(
  best: Group,
  groups: readonly Group[],
  request: NodesRequest,
  chosen: string | undefined,
): PlanWarning[] {
  const warnings: PlanWarning[] = []
  if (groups.length > 1) {
    const kinds = groups.map(({ gpu, members }) => `${members.length} with ${gpu.perNode} x ${gpu.model}`)
    warnings.push({
      code: 'nodes-not-uniform',
      message: `The matching nodes differ (${kinds.join(', ')}); those with ${best.gpu.model} are taken.`,
    })
  }
  const { instanceType } = request
  if (instanceType !== undefined && chosen?.toLowerCase() !== instanceType.toLowerCase()) {
    warnings.push({
      code: 'instance-type-ignored',
      message: `No matching node is a ${instanceType}; your own nodes are used as they are.`,
    })
  }
  return warnings
}

/** A label that all of the group have, and nobody outside of it. */
function tellApart(best: Group, groups: readonly Group[]): Record<string, string> {
  const others = groups.filter((group) => group !== best).flatMap(({ members }) => members)
  for (const label of [
    PRODUCT_LABEL,
    'node.kubernetes.io/instance-type',
    'nvidia.com/gpu.memory',
    'nvidia.com/gpu.count',
  ]) {
    const value = best.members[0]?.labels[label]
    const isShared = value !== undefined && best.members.every((node) => node.labels[label] === value)
    if (isShared && others.every((node) => node.labels[label] !== value)) return { [label]: value }
  }
  throw refused(
    'PREFLIGHT_REFUSED',
    'The matching nodes have different GPUs, and no label tells them apart.',
    advice`Label those that are to serve, and name the label in resource.labelSelector: ${kubectl('label', 'node', ...best.members.map((n) => n.name), 'apps=NAME')}`,
  )
}

function noRoom(serving: readonly Serving[], { replicas }: NodesRequest): KaitoError {
  const details = serving.flatMap(({ members, gpu, fit }) =>
    members.map(
      (node) =>
        `${node.name}: ${node.freeGpus} of ${node.gpus} ${gpu.model} free, ${fit.tensorParallelSize} needed per replica`,
    ),
  )
  const best = Math.max(...serving.map((group) => group.room))
  return refused(
    'PREFLIGHT_REFUSED',
    `The free GPUs take ${best} of ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}.`,
    advice`Free some GPUs, add nodes, or lower ${setting('replicas')}.`,
    details,
  )
}

function tooSmall(groups: readonly Group[], { model, wantedTokens }: NodesRequest): KaitoError {
  const details = groups.map(({ gpu, shortfallGiB, image }) =>
    image === undefined
      ? `${gpu.perNode} x ${gpu.model}: no engine image runs on compute capability ${gpu.computeCapability}`
      : `${gpu.perNode} x ${gpu.model} (${gpu.visibleGiB} GiB each): ${shortfallGiB.toFixed(1)} GiB per GPU are missing`,
  )
  const length = wantedTokens === undefined ? '' : ` with ${wantedTokens} tokens`
  const longest = Math.max(...groups.map((group) => Math.floor((group.fit?.longest ?? 0) / 256) * 256))
  const shorter =
    wantedTokens !== undefined && longest >= 256
      ? advice`${setting('maxModelLen', longest)} is the most, or take`
      : 'Take'
  return refused(
    'NO_FIT',
    `${model.name}${length} does not fit the nodes: ${details.join('; ')}.`,
    advice`${shorter} a smaller model or nodes with more GPU memory.`,
    details,
  )
}

function refused(
  code: 'PREFLIGHT_REFUSED' | 'NO_FIT',
  message: string,
  hint: Advice,
  details: readonly string[] = [],
): KaitoError {
  return new KaitoError({ code, phase: 'plan', message, hint, details })
}
