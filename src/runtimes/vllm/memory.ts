/** What vLLM takes on each GPU beside weights and KV cache: docs/figures.md, GPU memory. Aimed 5-10 % pessimistic. */
import type { Load, MemoryTerm } from '#core/sizing/types.ts'

const GIB = 1024 ** 3

/** vLLM's own defaults for the OpenAI server, by GPU (docs/figures.md, engine defaults). */
export function batchLimits({ gpu, settings }: Pick<Load, 'gpu' | 'settings'>): {
  tokens: number
  seqs: number
} {
  const isBig = gpu.visibleGiB >= 70 && !gpu.model.includes('A100')
  const [tokens, seqs] = gpu.visibleGiB >= 160 ? [16_384, 1_024] : isBig ? [8_192, 1_024] : [2_048, 256]
  return { tokens: settings.maxNumBatchedTokens ?? tokens, seqs: settings.maxNumSeqs ?? seqs }
}

export function memoryTerms(load: Load): MemoryTerm[] {
  const terms = [nonTorch(load), activations(load), cudaGraphs(load)]
  return load.adapters > 0 ? [...terms, loraSlots(load)] : terms
}

/** CUDA context and, with several GPUs, NCCL's buffers; C3 says +1 to 3 at 8 GPUs: 2 is taken. */
function nonTorch({ tensorParallelSize: tp }: Load): MemoryTerm {
  const gib = 0.4 + (tp > 1 ? 0.5 : 0) + (tp >= 8 ? 2 : 0)
  return {
    term: 'non-torch',
    gib,
    formula: `0.4${tp > 1 ? ' + 0.5' : ''}${tp >= 8 ? ' + 2.0' : ''} GiB for ${tp} GPU${tp > 1 ? 's' : ''}`,
  }
}

/**
 * The larger of the peak inside a layer and of the logits in fp32, and 30 %. C3 starts from 8 x hidden + 4 x ffn, which is
 * twice what its own dense rows measured (8B at 20k tokens 2.07 GiB, 8B at 8k at most 0.86, 70B over 8 GPUs at 131k 16.5);
 * 6 and 2 stay 8-30 % above each of the three.
 */
function activations(load: Load): MemoryTerm {
  const { model, tensorParallelSize: tp } = load
  const { hiddenSize, ffnSize, vocabSize } = model.attention
  const { tokens, seqs } = batchLimits(load)
  const layer = tokens * (6 * hiddenSize + (2 * ffnSize) / tp) * 2
  const logits = seqs * vocabSize * 4 * 2.5
  const formula =
    layer >= logits
      ? `1.3 x ${tokens} tokens x (6 x ${hiddenSize} + 2 x ${ffnSize} / ${tp}) x 2 B`
      : `1.3 x ${seqs} sequences x ${vocabSize} logits x 4 B x 2.5`
  return { term: 'activations', gib: (1.3 * Math.max(layer, logits)) / GIB, formula }
}

/** C3: 0.2-0.7 dense up to 32B, 0.5-1.5 beyond; more sequences are more graphs. */
function cudaGraphs(load: Load): MemoryTerm {
  if (load.settings.isEager) return { term: 'cuda-graphs', gib: 0, formula: 'none: enforce-eager' }
  const { seqs } = batchLimits(load)
  const isLarge = load.model.parametersB > 32
  const gib = isLarge ? 1 : seqs > 256 ? 0.7 : 0.5
  return {
    term: 'cuda-graphs',
    gib,
    formula: `${gib} GiB: dense, ${isLarge ? 'above' : 'up to'} 32B, ${seqs} sequences`,
  }
}

/** Slots are sized by the largest rank allowed, not by the adapter's. All linear layers are taken to be adapted. */
function loraSlots({ model, tensorParallelSize: tp, settings, adapters }: Load): MemoryTerm {
  const { layers, hiddenSize: h, heads, kvHeads, headDim, ffnSize: f } = model.attention
  const [rank, slots] = [settings.maxLoraRank, settings.maxLoras ?? adapters]
  const attend = h * 3 + (heads * headDim + 2 * kvHeads * headDim) / tp + heads * headDim + h / tp
  const feed = h * 2 + (2 * f) / tp + f + h / tp
  const gib = (layers * rank * (attend + feed) * 2 * slots) / GIB
  return {
    term: 'lora',
    gib,
    formula: `${slots} slot${slots > 1 ? 's' : ''} of rank ${rank} over all linear layers`,
  }
}
