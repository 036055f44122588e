/** Does the model fit these GPUs, split how, and how long may a request be? */
import type { ModelPreset } from '../catalog/schema.ts'
import type { Engine } from '../plan/engine.ts'
import { isRead, type Kept } from './chosen.ts'
import { blocksIn, longestRequest } from './kv-cache.ts'
import { budgetTerms, fixedTerms } from './memory.ts'
import type { EngineSettings, GpuShape, KvShape, Load, MemoryTerm } from './types.ts'

const GIB = 1024 ** 3

/** Kept back where kaito itself chooses the length, the larger of both: each term of the overhead is known to 0.2-0.5 GiB. */
const RESERVED_SHARE = 0.05
const RESERVED_GIB = { oneGpu: 0.5, several: 1 }

/** What the user leaves open is served from here on: less is of little use to anybody. */
const COMFORTABLE_TOKENS = 8_192
/** And below this a model is not served at all unless asked. */
const SMALLEST_TOKENS = 2_048

export interface Fit {
  tensorParallelSize: number
  /** As they are on these GPUs. */
  settings: EngineSettings
  /** What an earlier deploy chose, and this one keeps. */
  kept?: Kept
  terms: MemoryTerm[]
  kv: KvShape
  /** GiB per GPU that remain for the KV cache; below zero when the weights alone do not fit. */
  kvGiB: number
  blocks: number
  /** The longest request that it can serve, up to the model's limit. */
  longest: number
  /** The same, with the margin for what kaito chooses itself. */
  longestOwnChoice: number
}

export interface FitRequest extends Omit<Load, 'tensorParallelSize'> {
  engine: Engine
  /** The length that must fit; undefined: as much as is comfortable. */
  wantedTokens: number | undefined
  /** What an earlier deploy chose for the very same. */
  kept?: Kept | undefined
}

export interface FitAnswer {
  /** The fit with the fewest GPUs that serves what is wanted; else the one that comes nearest. */
  fit: Fit | undefined
  isEnough: boolean
  /** Serves a comfortable length, not just the least. */
  isComfortable: boolean
  /** GiB per GPU by which the nearest misses. */
  shortfallGiB: number
}

export function fitAt(load: Load, engine: Engine): Fit {
  const [visible, budget] = budgetTerms(load)
  const fixed = fixedTerms(load, engine)
  const kvGiB = budget.gib - fixed.reduce((sum, term) => sum + term.gib, 0)
  const { model, tensorParallelSize, settings } = load
  const kv = engine.kv(load)
  const blocks = blocksIn(kvGiB * GIB, kv)
  const kvTerm: MemoryTerm = {
    term: 'kv-cache',
    gib: kvGiB,
    formula: `what remains of the budget; ${kv.formula}`,
  }
  return {
    tensorParallelSize,
    settings,
    terms: [visible, budget, ...fixed, kvTerm],
    kv,
    kvGiB,
    blocks,
    longest: longestRequest(blocks, kv, model.maxContext),
    longestOwnChoice: longestRequest(blocks - reservedBlocks(blocks, kv, tensorParallelSize), kv, model.maxContext),
  }
}

function reservedBlocks(blocks: number, { bytesPerBlock }: KvShape, tensorParallelSize: number): number {
  const gib = tensorParallelSize > 1 ? RESERVED_GIB.several : RESERVED_GIB.oneGpu
  return Math.ceil(Math.max(blocks * RESERVED_SHARE, (gib * GIB) / bytesPerBlock))
}

/** Why a model cannot be split over so many GPUs; undefined when it can. */
export function splitProblem(model: ModelPreset, tp: number, engine: Engine): string | undefined {
  const { heads, kvHeads, ffnSize, vocabSize } = model.attention
  if (heads % tp !== 0) return `${heads} attention heads cannot be divided by ${tp}`
  if (kvHeads % tp !== 0 && tp % kvHeads !== 0) return `${kvHeads} KV heads and ${tp} GPUs do not divide each other`
  if (ffnSize % tp !== 0) return `a feed-forward width of ${ffnSize} cannot be divided by ${tp}`
  const padded = Math.ceil(vocabSize / engine.vocabularyPadding) * engine.vocabularyPadding
  if (padded % tp !== 0) return `a vocabulary of ${vocabSize} cannot be divided by ${tp}`
  return undefined
}

/** The tensor parallel sizes that a node allows, ascending. */
export function splitsOn(model: ModelPreset, gpu: GpuShape, engine: Engine): number[] {
  const sizes = Array.from({ length: gpu.perNode }, (_, i) => i + 1)
  return sizes.filter((tp) => gpu.perNode % tp === 0 && splitProblem(model, tp, engine) === undefined)
}

/** As it was chosen; else the fewest GPUs of one node that serve what is wanted. */
export function fitOn(request: FitRequest): FitAnswer {
  const { kept, gpu } = request
  if (kept === undefined || kept.tensorParallelSize > gpu.perNode) return fitAnew(request)
  // It is in service, whatever today's sums say of it.
  return { fit: fitAsKept(request, kept), isEnough: true, isComfortable: true, shortfallGiB: 0 }
}

function fitAsKept(request: FitRequest, kept: Kept): Fit {
  const { engine, settings: said } = request
  const { isDefaultShare = false, gpuMemoryUtilization: share } = said
  const gpuMemoryUtilization = isDefaultShare ? (kept.gpuMemoryUtilization ?? share) : share
  const settings = { ...said, gpuMemoryUtilization, maxNumSeqs: said.maxNumSeqs ?? kept.maxNumSeqs }
  const today = isRead(kept) ? fitAnew(request) : undefined
  const least = today?.isEnough === true ? today.fit?.tensorParallelSize : undefined
  const tensorParallelSize =
    said.tensorParallelSize ?? Math.min(kept.tensorParallelSize, least ?? kept.tensorParallelSize)
  return { ...fitAt({ ...request, settings, tensorParallelSize }, engine), kept }
}

function fitAnew(request: FitRequest): FitAnswer {
  const { engine, model, gpu, wantedTokens } = request
  const settings = engine.settleOn?.(gpu, request.settings) ?? request.settings
  const sizes = settings.tensorParallelSize === undefined ? splitsOn(model, gpu, engine) : [settings.tensorParallelSize]
  const fits = sizes
    .filter((tp) => tp <= gpu.perNode)
    .map((tensorParallelSize) => fitAt({ ...request, settings, tensorParallelSize }, engine))
  const serves = (fit: Fit, tokens: number): boolean =>
    (wantedTokens === undefined ? fit.longestOwnChoice : fit.longest) >= Math.min(tokens, model.maxContext)
  const comfortable = fits.find((fit) => serves(fit, wantedTokens ?? COMFORTABLE_TOKENS))
  const least = comfortable ?? fits.find((fit) => serves(fit, wantedTokens ?? SMALLEST_TOKENS))
  const nearest = fits.toSorted((a, b) => b.kvGiB - a.kvGiB)[0]
  const missing =
    nearest === undefined ? 0 : shortfall(nearest, Math.min(wantedTokens ?? SMALLEST_TOKENS, model.maxContext))
  return {
    fit: least ?? nearest,
    isEnough: least !== undefined,
    isComfortable: comfortable !== undefined,
    shortfallGiB: missing,
  }
}

function shortfall(fit: Fit, tokens: number): number {
  const neededGiB = ((fit.kv.blocksFor(tokens) + fit.kv.keptBlocks) * fit.kv.bytesPerBlock) / GIB
  return Math.max(0, neededGiB - fit.kvGiB)
}
