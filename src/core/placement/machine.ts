/** Where the workspace runs: on a new pool, on one's own nodes, or, offline, on what would do. */

import { type Advice, advice, engineArg, setting } from '../advice.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { EngineImage, GpuSku, ModelPreset } from '../catalog/schema.ts'
import type { CloudTraits } from '../cloud/cloud-traits.ts'
import type { CloudId } from '../cloud/ids.ts'
import type { PoolOwner } from '../cloud/node-pool.ts'
import { KaitoError } from '../errors.ts'
import { nodeLabels, withoutReserved } from '../objects/labels.ts'
import { ABOUT_MACHINE, type PlanWarning } from '../problem.ts'
import { type Fit, fitOn } from '../sizing/fit.ts'
import type { GpuShape } from '../sizing/types.ts'
import type { WorkspaceSpec } from '../workspace/spec.ts'
import { chooseSku, shapeOf } from './choose-sku.ts'
import type { PoolDecision } from './decision.ts'
import type { PlanFacts } from './facts.ts'
import { chooseNodes } from './own-nodes.ts'
import { diskGiBFor, poolLabels, poolRequest, poolWith } from './pool-request.ts'
import { tolerationsOn } from './tolerations.ts'
import { type WeighRequest, weigh } from './weigh.ts'

export interface MachineRequest extends Omit<WeighRequest, 'images'> {
  spec: WorkspaceSpec
  catalog: Catalog
  facts: PlanFacts
  objectName: string
  /** From the flag or the file; undefined: kaito chooses, or keeps what an earlier deploy settled. */
  instanceType: string | undefined
  replicas: number
}

export interface Machine {
  gpu: GpuShape
  fit: Fit
  image: EngineImage
  instanceType: string | undefined
  /** Replicas that the GPUs hold at once; undefined: not known. */
  room: number | undefined
  pool: PoolDecision
  warnings: PlanWarning[]
}

export function chooseMachine(request: MachineRequest): Machine {
  const { facts, catalog } = request
  const cloud = facts.ownNodes ? undefined : (facts.cloud ?? cloudByType(request))
  const traits = catalog.clouds.find(({ id }) => id === cloud)
  if (traits !== undefined) return onNewPool(request, traits)
  return facts.isOffline || facts.nodesHidden === true ? onAssumedNodes(request) : onOwnNodes(request)
}

/** The cloud; offline an instance type may be all that tells it. */
function cloudByType({ facts, catalog, instanceType }: MachineRequest): CloudId | undefined {
  if (!facts.isOffline || instanceType === undefined) return undefined
  return catalog.machines.find(instanceType)?.cloud
}

function onNewPool(request: MachineRequest, traits: CloudTraits): Machine {
  const { id: cloud, usualSeconds } = traits
  const { spec, catalog, facts, model, objectName } = request
  const taken = facts.lock?.instanceType
  const settled = taken === undefined ? undefined : catalog.machines.find(taken, cloud)
  const isSettled = request.instanceType === undefined && settled !== undefined
  const instanceType = request.instanceType ?? settled?.instanceType
  const { sku, gpu, fit, image, nodes } = chooseSku({
    ...request,
    instanceType,
    isSettled,
    machines: catalog.machines,
    images: catalog.images,
    cloud,
  })
  if (nodes > traits.maxNodes) throw tooManyNodes(nodes, traits)
  const owner = { workspace: objectName, namespace: facts.namespace, clusterUid: facts.clusterUid }
  const { labels, skipped } = poolLabels(spec.resource.labelSelector, owner, catalog.clouds)
  const kept = (facts.pools ?? []).filter((pool) => pool.cloud === cloud)
  const own = poolWith(sku.instanceType, owner, kept, traits)
  const machine = { instanceType: sku.instanceType, nodes, diskGiB: diskGiBFor(model, image) }
  const usdPerHour = sku.usdPerHour === undefined ? undefined : sku.usdPerHour * nodes
  const room = nodes * Math.floor(sku.gpuCount / fit.tensorParallelSize)
  return {
    gpu,
    fit,
    image,
    instanceType: sku.instanceType,
    room,
    pool: {
      mode: 'create',
      cloud,
      request: poolRequest(own.name, owner, machine, { ...labels, ...own.labels }, traits),
      nodeSelector: { ...selectorOn(traits, spec, owner), ...own.labels },
      sku,
      nodes,
      usdPerHour,
      usualSeconds,
    },
    warnings: [
      ...countWarnings(spec.resource.count, nodes),
      ...(traits.makesPools ? skipped.map(systemLabel) : []),
      ...priceWarnings(sku),
      ...idleWarnings(request, sku, { nodes, room, perReplica: fit.tensorParallelSize, usdPerHour }),
      ...preferredWarnings(spec),
    ],
  }
}

/** Where kaito makes no pools, nodes are found as the file says, if it says: they are not made for the workspace. */
function selectorOn(
  { makesPools }: CloudTraits,
  { resource }: WorkspaceSpec,
  owner: PoolOwner,
): Record<string, string> {
  const own = withoutReserved(resource.labelSelector)
  return makesPools || Object.keys(own).length === 0 ? nodeLabels(owner.workspace, owner.namespace) : own
}

function onOwnNodes(request: MachineRequest): Machine {
  const { spec, catalog, facts } = request
  const { gpu, fit, image, instanceType, room, nodes, nodeSelector, warnings } = chooseNodes({
    ...request,
    machines: catalog.machines,
    clouds: catalog.clouds,
    images: catalog.images,
    nodes: facts.nodes,
    selector: spec.resource.labelSelector,
    settledType: facts.lock?.instanceType,
    tolerations: facts.tolerations ?? tolerationsOn(catalog.clouds),
  })
  const pool: PoolDecision = { mode: 'existing', nodeSelector, nodes }
  return { gpu, fit, image, instanceType, room, pool, warnings: [...warnings, ...preferredWarnings(spec)] }
}

/** No cluster to ask and no cloud to choose from: the smallest data-centre GPU that would do. */
function onAssumedNodes(request: MachineRequest): Machine {
  const { spec, catalog, model, facts } = request
  const { machines, images } = catalog
  const kinds = facts.cloud === undefined ? machines.gpuKinds() : machines.of(facts.cloud)
  const fits = kinds.flatMap((kind) => {
    const gpu = { ...shapeOf(kind), maxCuda: undefined }
    const { fit, isEnough, isComfortable, image } = weigh({ ...request, images, keptOn: () => undefined }, gpu)
    return isEnough && fit !== undefined && image !== undefined ? [{ gpu, fit, image, isComfortable }] : []
  })
  const total = ({ gpu, fit }: { gpu: GpuShape; fit: Fit }): number => gpu.visibleGiB * fit.tensorParallelSize
  const [best] = fits.toSorted((a, b) => Number(b.isComfortable) - Number(a.isComfortable) || total(a) - total(b))
  if (best === undefined) throw nothingDoes(model, request.wantedTokens)
  const { gpu, image } = best
  // Which machine serves is not seen: what was chosen for it stays.
  const { fit = best.fit } = fitOn({ ...request, gpu, kept: request.keptOn(undefined, image) })
  const needed = fit.tensorParallelSize
  const nodeSelector = withoutReserved(spec.resource.labelSelector)
  const why = facts.isOffline ? 'Without a cluster to ask' : 'This identity may not list nodes, so'
  const message = `${why}${facts.isOffline ? ',' : ''} ${needed} x ${gpu.model} (${gpu.visibleGiB} GiB each) is assumed: the smallest that fits.`
  return {
    gpu: { ...gpu, perNode: needed },
    fit,
    image,
    instanceType: undefined,
    room: undefined,
    pool: { mode: 'existing', nodeSelector, nodes: [] },
    warnings: [{ code: 'gpu-assumed', message }],
  }
}

function nothingDoes(model: ModelPreset, tokens: number | undefined): KaitoError {
  const length = tokens === undefined ? '' : ` with ${tokens} tokens`
  return new KaitoError({
    code: 'NO_FIT',
    phase: 'plan',
    message: `No GPU in the catalogue holds ${model.name}${length} in one node.`,
    hint: advice`Choose a smaller model, or a smaller ${setting('maxModelLen')}.`,
  })
}

function tooManyNodes(nodes: number, { service, maxNodes }: CloudTraits): KaitoError {
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `${nodes} nodes are needed, and ${service} takes at most ${maxNodes} in one pool.`,
    hint: 'Choose fewer replicas, or a machine with more GPUs.',
  })
}

function systemLabel(key: string): PlanWarning {
  return {
    code: 'label-not-set',
    message: `resource.labelSelector: ${key} is set by the cluster, not by kaito; the new pool does not carry it.`,
  }
}

function priceWarnings(sku: GpuSku): PlanWarning[] {
  if (sku.usdPerHour !== undefined) return []
  return [{ code: 'price-unknown', message: `The price of ${sku.instanceType} is not in the catalogue.` }]
}

/** GPUs that bill and serve nobody, and the setting that would use them. */
function idleWarnings(
  { replicas, engine }: MachineRequest,
  sku: GpuSku,
  pool: { nodes: number; room: number; perReplica: number; usdPerHour: number | undefined },
): PlanWarning[] {
  const { nodes, room, perReplica, usdPerHour } = pool
  const [all, used] = [nodes * sku.gpuCount, replicas * perReplica]
  if (used >= all) return []
  const waste = usdPerHour === undefined ? '' : `, $${((usdPerHour * (all - used)) / all).toFixed(2)} per hour`
  const use: Advice =
    room > replicas
      ? advice`${setting('replicas', room)} uses ${room * perReplica === all ? 'them' : `${room * perReplica} of ${all}`}`
      : advice`a larger ${engineArg(engine.spelling.gpus, sku.gpuCount)} uses them`
  const message = advice`${all - used} of ${all} GPUs stay idle (${sku.instanceType}${waste}): ${use}, or take a smaller machine.`
  return [{ code: 'gpus-idle', message, about: ABOUT_MACHINE }]
}

function preferredWarnings(spec: WorkspaceSpec): PlanWarning[] {
  if (spec.resource.preferredNodes.length === 0) return []
  return [
    {
      code: 'preferred-nodes-ignored',
      message: 'resource.preferredNodes has no effect in kaito; use resource.labelSelector.',
    },
  ]
}

/** `count` is deprecated upstream and silently overridden there. */
function countWarnings(count: number | undefined, nodes: number): PlanWarning[] {
  if (count === undefined || count === nodes) return []
  return [
    {
      code: 'count-ignored',
      message: `resource.count is ${count}, but ${nodes} ${nodes === 1 ? 'node is' : 'nodes are'} what the model needs, so kaito takes that many.`,
    },
  ]
}
