/** What fits into a KV cache: docs/figures.md, KV cache. */
import type { KvShape } from './types.ts'

/** Blocks in a pool of that many bytes. */
export function blocksIn(poolBytes: number, shape: KvShape): number {
  return Math.max(0, Math.floor(poolBytes / shape.bytesPerBlock) - shape.keptBlocks)
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
