/** Which machine: the one that was asked for, when it fits, or else the cheapest that does. */
import { type Advice, advice, type Named, setting } from '../advice.ts'
import type { GpuKind, Machines } from '../catalog/catalog.ts'
import type { EngineImage, GpuSku, ModelPreset } from '../catalog/schema.ts'
import { closest } from '../closest.ts'
import type { CloudId } from '../cloud/ids.ts'
import { KaitoError } from '../errors.ts'
import type { Fit } from '../sizing/fit.ts'
import type { GpuShape } from '../sizing/types.ts'
import { imagesOf } from './choose-image.ts'
import { unknownType } from './instance-type.ts'
import { type Weighed, type WeighRequest, weigh } from './weigh.ts'

export interface SkuRequest extends WeighRequest {
  machines: Machines
  cloud: CloudId
  /** As the user wrote it, or as an earlier deploy settled it. */
  instanceType: string | undefined
  /** An earlier deploy settled it, and nobody names it now. */
  isSettled: boolean
  replicas: number
}

export interface SkuChoice {
  sku: GpuSku
  gpu: GpuShape
  fit: Fit
  image: EngineImage
  /** Nodes that the replicas need, each holding as many as it has GPUs for. */
  nodes: number
}

interface Candidate extends Weighed {
  sku: GpuSku
  nodes: number
  usdPerHour: number | undefined
}

export function chooseSku(request: SkuRequest): SkuChoice {
  const { cloud, instanceType, machines } = request
  const weighed = new Map<string, Weighed>()
  const candidate = (sku: GpuSku): Candidate => candidateOf(sku, weighOnce(sku, request, weighed), request)
  const known = instanceType === undefined ? undefined : machines.find(instanceType, cloud)
  const named = known === undefined ? undefined : candidate(known)
  // The others are not looked at.
  if (named !== undefined && isFitting(named)) return choiceOf(named)
  const candidates = machines.of(cloud).map(candidate)
  const fitting = candidates.filter(isFitting).toSorted(cheapestFirst)
  if (instanceType !== undefined) throw whyNot(instanceType, named, fitting, request)
  const offered = fitting.filter(({ sku }) => sku.autoSelect !== false && hasDtype(sku, request))
  const roomy = offered.filter(({ sku }) => hasHostMemory(sku, request.model))
  const [best] = [...roomy.filter((c) => c.isComfortable), ...roomy, ...offered]
  if (best === undefined) throw fitting.length > 0 ? onlyNamed(fitting, request) : nothingFits(candidates, request)
  return choiceOf(best)
}

function hasDtype(sku: GpuSku, { settings }: SkuRequest): boolean {
  return settings.dtype !== 'bfloat16' || sku.computeCapability >= 8
}

/** Room for the engine's process and for the weights on their way through the page cache (docs/figures.md, start). */
const ENGINE_HOST_GIB = 8

function hasHostMemory(sku: GpuSku, model: ModelPreset): boolean {
  return sku.memoryGiB >= model.weightsGiB + ENGINE_HOST_GIB
}

export function shapeOf(kind: GpuKind): GpuShape {
  const { gpuModel, gpuCount, visibleMemoryGiB, computeCapability, maxCuda } = kind
  return { model: gpuModel, perNode: gpuCount, visibleGiB: visibleMemoryGiB, computeCapability, maxCuda }
}

/** What the GPUs alone decide, machines with the same ones share; the one that serves already has what was chosen for it. */
function weighOnce(sku: GpuSku, request: SkuRequest, known: Map<string, Weighed>): Weighed {
  const gpu = shapeOf(sku)
  const key = JSON.stringify(gpu)
  const shared = known.get(key)
  if (shared !== undefined) return shared
  const weighed = weigh(request, gpu, sku.instanceType)
  if (weighed.fit?.kept === undefined) known.set(key, weighed)
  return weighed
}

function candidateOf(sku: GpuSku, weighed: Weighed, { replicas }: SkuRequest): Candidate {
  const perNode = Math.max(1, Math.floor(sku.gpuCount / (weighed.fit?.tensorParallelSize ?? sku.gpuCount)))
  const nodes = Math.ceil(replicas / perNode)
  const usdPerHour = sku.usdPerHour === undefined ? undefined : sku.usdPerHour * nodes
  return { ...weighed, sku, nodes, usdPerHour }
}

type Fitting = Candidate & { fit: Fit; image: EngineImage }

function isFitting(candidate: Candidate): candidate is Fitting {
  return candidate.isEnough && candidate.fit !== undefined && candidate.image !== undefined
}

/** By price of the whole pool; an unknown price comes last. */
function cheapestFirst(a: Candidate, b: Candidate): number {
  const [left, right] = [a.usdPerHour ?? Number.MAX_VALUE, b.usdPerHour ?? Number.MAX_VALUE]
  return left - right || (a.sku.instanceType < b.sku.instanceType ? -1 : 1)
}

function choiceOf({ sku, gpu, fit, image, nodes }: Fitting): SkuChoice {
  return { sku, gpu, fit, image, nodes }
}

function whyNot(
  name: string,
  named: Candidate | undefined,
  fitting: readonly Fitting[],
  request: SkuRequest,
): KaitoError {
  if (named === undefined) return unknownSku(name, fitting, request)
  return named.image === undefined ? noImage(named, fitting, request) : tooSmall(named, fitting, request)
}

function unknownSku(name: string, fitting: readonly Fitting[], { cloud, machines, model }: SkuRequest): KaitoError {
  const near = closest(
    name,
    fitting.map(({ sku }) => sku.instanceType),
    3,
  )
  const named = fitting.filter(({ sku }) => near.includes(sku.instanceType))
  const shown = [...named, ...fitting.filter((c) => !named.includes(c))].slice(0, 5)
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: unknownType(name, machines, cloud),
    hint: advice`Take one that ${model.name} fits: ${settingFor(shown)}`,
    details: shown.map(offer),
  })
}

function tooSmall(named: Candidate, fitting: readonly Fitting[], request: SkuRequest): KaitoError {
  const { sku } = named
  return new KaitoError({
    code: 'NO_FIT',
    phase: 'plan',
    message: `${request.model.name}${lengthOf(request)} does not fit ${sku.instanceType} (${sku.gpuCount} x ${sku.gpuModel}, ${sku.visibleMemoryGiB} GiB each): ${missing(named, request)}`,
    hint: hintFor(named, fitting, request),
    details: fitting.slice(0, 5).map(offer),
    retryable: 'elsewhere',
  })
}

/** What would fit the same machine, then which machines would do. */
function hintFor(named: Candidate, fitting: readonly Fitting[], request: SkuRequest): Advice {
  const { wantedTokens, settings, isSettled, engine } = request
  const settled = isSettled
    ? advice`${named.sku.instanceType} is what an earlier deploy took; another one needs ${setting('instanceType')}. `
    : ''
  const longest = Math.floor((named.fit?.longest ?? 0) / 256) * 256
  const most =
    wantedTokens !== undefined && longest >= 256 ? advice`On it, ${setting('maxModelLen', longest)} is the most. ` : ''
  const shorter = advice`${settled}${most}`
  if (settings.tensorParallelSize !== undefined && fitting.length === 0) {
    return advice`${shorter}Leave ${engine.spelling.gpus} to kaito, or give another.`
  }
  return fitting.length === 0
    ? advice`${shorter}No machine in the catalogue of ${request.cloud} holds it.`
    : advice`${shorter}Use one of these machines: ${settingFor(fitting)}`
}

function noImage({ sku }: Candidate, fitting: readonly Fitting[], { images, engine }: SkuRequest): KaitoError {
  const least = Math.min(...imagesOf(images, engine.id).map((image) => image.minComputeCapability))
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `No engine image runs on the ${sku.gpuModel} of ${sku.instanceType}: compute capability ${sku.computeCapability}, at least ${least} is needed.`,
    hint: advice`Use another machine: ${settingFor(fitting)}`,
    details: fitting.slice(0, 5).map(offer),
    retryable: 'elsewhere',
  })
}

/** What fits is nothing to choose for somebody else: reservations, Spot. */
function onlyNamed(fitting: readonly Fitting[], request: SkuRequest): KaitoError {
  return new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `${request.model.name}${lengthOf(request)} fits only machines of ${request.cloud} that kaito does not choose by itself.`,
    hint: advice`Use one of these: ${settingFor(fitting)}`,
    details: fitting.map(({ sku }) => `${sku.instanceType}: ${sku.note ?? 'no note'}`),
  })
}

function nothingFits(candidates: readonly Candidate[], request: SkuRequest): KaitoError {
  const [nearest] = candidates.filter((c) => c.fit !== undefined).toSorted((a, b) => a.shortfallGiB - b.shortfallGiB)
  if (nearest !== undefined) return tooSmall(nearest, [], request)
  return new KaitoError({
    code: 'NO_FIT',
    phase: 'plan',
    message: `No machine in the catalogue of ${request.cloud} can run ${request.model.name}${lengthOf(request)}.`,
    hint: advice`Choose a smaller model, or bring your own nodes: ${setting('byo')}`,
    retryable: 'elsewhere',
  })
}

function missing({ shortfallGiB, fit, sku }: Candidate, { settings, engine }: SkuRequest): string {
  if (shortfallGiB > 0) return `${shortfallGiB.toFixed(1)} GiB per GPU are missing.`
  const tp = settings.tensorParallelSize
  return fit === undefined && tp !== undefined
    ? `it has ${sku.gpuCount}, ${engine.spelling.gpus} ${tp} needs ${tp}.`
    : 'its layers cannot be split over these GPUs.'
}

function lengthOf({ wantedTokens }: SkuRequest): string {
  return wantedTokens === undefined ? '' : ` with ${wantedTokens} tokens`
}

function offer({ sku, usdPerHour }: Candidate): string {
  const price = usdPerHour === undefined ? 'price unknown' : `$${usdPerHour.toFixed(2)}/h`
  return `${sku.instanceType} (${sku.gpuCount} x ${sku.gpuModel}, ${price})`
}

function settingFor(candidates: readonly Candidate[]): Named {
  const [first] = candidates
  return first === undefined ? setting('byo') : setting('instanceType', first.sku.instanceType)
}
