/** How much KV cache a token or a request takes on each GPU: docs/figures.md, KV cache. */
import type { ModelPreset } from '#core/catalog/schema.ts'
import type { KvShape, Load } from '#core/sizing/types.ts'
import { batchLimits } from './memory.ts'

/** The cache is handed out in blocks of so many tokens, and the block pool keeps one block for itself. */
const BLOCK_TOKENS = 16
const KEPT_BLOCKS = 1

interface KvInputs {
  attention: ModelPreset['attention']
  tensorParallelSize: number
  kvBytes: number
  maxNumBatchedTokens: number
}

export function kvOf(load: Load): KvShape {
  const { model, tensorParallelSize, settings } = load
  const { kvBytes } = settings
  return kvShape({
    attention: model.attention,
    tensorParallelSize,
    kvBytes,
    maxNumBatchedTokens: batchLimits(load).tokens,
  })
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
    keptBlocks: KEPT_BLOCKS,
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
    keptBlocks: KEPT_BLOCKS,
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
