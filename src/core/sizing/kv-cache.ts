/** How much KV cache a token or a request takes on each GPU: docs/figures.md, KV cache. */
import type { ModelPreset } from '../catalog/schema.ts'

/** vLLM hands out the cache in blocks of so many tokens, and keeps one block for itself. */
const BLOCK_TOKENS = 16

export interface KvShape {
  /** What one more token of one request takes in the long run, bytes per GPU. */
  bytesPerToken: number
  bytesPerBlock: number
  /** Blocks that a request of that many tokens holds. */
  blocksFor(tokens: number): number
  formula: string
}

export interface KvInputs {
  attention: ModelPreset['attention']
  tensorParallelSize: number
  kvBytes: number
  maxNumBatchedTokens: number
}

export function kvShape(inputs: KvInputs): KvShape {
  const { attention, tensorParallelSize: tp, kvBytes } = inputs
  const heads = Math.max(1, attention.kvHeads / tp)
  const perLayer = 2 * heads * attention.headDim * kvBytes
  const arithmetic = `max(1, ${attention.kvHeads} KV heads / ${tp}) x ${attention.headDim} x ${kvBytes} B`
  if (attention.kind === 'sliding') return slidingShape(inputs, perLayer, arithmetic)
  const bytesPerToken = attention.layers * perLayer
  return {
    bytesPerToken,
    bytesPerBlock: bytesPerToken * BLOCK_TOKENS,
    blocksFor: blocksOf,
    formula: `2 x ${attention.layers} layers x ${arithmetic} = ${bytesPerToken} B per token`,
  }
}

/**
 * Layers go into groups of equal size (that of the smaller kind, padded), and every block id costs a whole group. A
 * windowed layer holds its window and what is in flight, which asynchronous scheduling doubles.
 */
function slidingShape({ attention, maxNumBatchedTokens }: KvInputs, perLayer: number, arithmetic: string): KvShape {
  const full = attention.fullAttentionLayers ?? 0
  const windowed = attention.layers - full
  const groupSize = full === 0 ? windowed : Math.min(full, windowed)
  const fullGroups = Math.ceil(full / groupSize)
  const windowGroups = Math.ceil(windowed / groupSize)
  const held = (attention.slidingWindow ?? 0) - 1 + 2 * maxNumBatchedTokens
  const bytesPerToken = Math.max(1, fullGroups) * groupSize * perLayer
  return {
    bytesPerToken,
    bytesPerBlock: groupSize * perLayer * BLOCK_TOKENS,
    blocksFor: (tokens) => fullGroups * blocksOf(tokens) + windowGroups * windowBlocks(tokens, held),
    formula:
      `groups of ${groupSize} layers (${fullGroups} full, ${windowGroups} windowed), ` +
      `2 x ${arithmetic} per layer; a windowed layer holds at most ${held} tokens`,
  }
}

function blocksOf(tokens: number): number {
  return Math.ceil(tokens / BLOCK_TOKENS)
}

/** A window that does not begin on a block's edge touches one block more. */
function windowBlocks(tokens: number, held: number): number {
  return tokens <= held ? blocksOf(tokens) : blocksOf(held) + 1
}

/** Blocks in a pool of that many bytes. */
export function blocksIn(poolBytes: number, shape: KvShape): number {
  return Math.max(0, Math.floor(poolBytes / shape.bytesPerBlock) - 1)
}

/** The longest request that a pool holds: up to `limit`, else the largest multiple of 256 below it. */
export function longestRequest(blocks: number, shape: KvShape, limit: number): number {
  if (shape.blocksFor(limit) <= blocks) return limit
  let [low, high] = [0, Math.ceil(limit / 256)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (shape.blocksFor(middle * 256) <= blocks) low = middle
    else high = middle
  }
  return low * 256
}
