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

/** CUDA context and, with several GPUs, NCCL's buffers: 1.7-1.8 over PCIe, 2.1-2.2 over NVLink; the larger is taken. */
function nonTorch({ tensorParallelSize: tp }: Load): MemoryTerm {
  const gib = tp > 1 ? 2.2 : 0.3
  return { term: 'non-torch', gib, formula: `${gib} GiB for ${tp} GPU${tp > 1 ? 's' : ''}` }
}

/**
 * The larger of the peak inside a layer, and 30 %, and of what the sampler makes of the logits. The 30 % keep it 8-30 % above the
 * three dense runs that were measured: 8B at 20k tokens 2.07 GiB, 8B at 8k at most 0.86, 70B over 8 GPUs at 131k 16.5.
 */
function activations(load: Load): MemoryTerm {
  const { model, tensorParallelSize: tp } = load
  const { hiddenSize, ffnSize, vocabSize } = model.attention
  const { tokens, seqs } = batchLimits(load)
  const layer = 1.3 * tokens * (6 * hiddenSize + (2 * ffnSize) / tp) * 2
  const logits = seqs * vocabSize * 16
  const formula =
    layer >= logits
      ? `1.3 x ${tokens} tokens x (6 x ${hiddenSize} + 2 x ${ffnSize} / ${tp}) x 2 B`
      : `${seqs} sequences x ${vocabSize} logits x 16 B`
  return { term: 'activations', gib: Math.max(layer, logits) / GIB, formula }
}

/** The upper end of what was observed; with LoRA each graph is captured twice. */
function cudaGraphs(load: Load): MemoryTerm {
  if (load.settings.isEager) return { term: 'cuda-graphs', gib: 0, formula: 'none: enforce-eager' }
  const { parametersB } = load.model
  const [once, size] =
    parametersB <= 14 ? [0.85, 'up to 14B'] : parametersB <= 40 ? [1.2, 'up to 40B'] : [1.9, 'above 40B']
  const times = load.adapters > 0 ? 2 : 1
  const formula = `${once} GiB: ${size}${times > 1 ? ', twice with LoRA' : ''}`
  return { term: 'cuda-graphs', gib: once * times, formula }
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
