/** What kaito ships as data: model presets, GPU SKUs, engine images. zod is the single source of the shapes. */
import * as z from 'zod'

const attention = z.strictObject({
  /** mha, gqa and mqa follow from kvHeads; `sliding` mixes windowed and full layers. */
  kind: z.enum(['mha', 'gqa', 'mqa', 'sliding']),
  layers: z.int().positive(),
  hiddenSize: z.int().positive(),
  heads: z.int().positive(),
  kvHeads: z.int().positive(),
  headDim: z.int().positive(),
  /** Feed-forward width, for the activation peak. */
  ffnSize: z.int().positive(),
  vocabSize: z.int().positive(),
  /** `sliding` only: window in tokens and how many of the layers see everything. */
  slidingWindow: z.int().positive().optional(),
  fullAttentionLayers: z.int().positive().optional(),
})

export const modelPresetSchema = z.strictObject({
  /** The name to type; also the file's name. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  aliases: z.array(z.string()),
  family: z.enum(['falcon', 'llama', 'mistral', 'phi', 'qwen', 'gemma', 'deepseek', 'gpt-oss']),
  description: z.string(),
  /** Hugging Face repository and the commit that is served. */
  modelId: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  /** 40 hex digits where a source gives it; absent = the default branch, and the plan says "not pinned". */
  revision: z.string().regex(/^[0-9a-f]{40}$/).optional(),
  license: z.string(),
  /** True: the Hub wants a token of an account that accepted the licence. */
  gated: z.boolean(),
  /** The model id in /v1/models: the last part of the Hub id in lower case, as upstream does. */
  servedModelName: z.string(),
  parametersB: z.number().positive(),
  dtype: z.enum(['bfloat16', 'float16']),
  /** Size of the files that the engine loads. */
  weightsGiB: z.number().positive(),
  maxContext: z.int().positive(),
  attention,
  /** Engine flags that belong to the model, by flag name without dashes. */
  vllm: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Base model or one with a chat template. */
  chat: z.boolean(),
  sources: z.array(z.string()).min(1),
})
export type ModelPreset = z.infer<typeof modelPresetSchema>

export const gpuSkuSchema = z.strictObject({
  cloud: z.enum(['azure', 'aws', 'gcp']),
  /** As the cloud spells it; compared without case. */
  instanceType: z.string(),
  gpuModel: z.string(),
  gpuCount: z.int().positive(),
  /** Nominal, per GPU. */
  gpuMemoryGiB: z.number().positive(),
  /** What the driver shows, per GPU: the figure that memory maths use. */
  visibleMemoryGiB: z.number().positive(),
  computeCapability: z.number().positive(),
  vcpus: z.int().positive(),
  memoryGiB: z.number().positive(),
  localNvmeGiB: z.number().nonnegative(),
  /** On demand, in `priceRegion` on `priceDate`; absent = unknown. */
  usdPerHour: z.number().positive().optional(),
  priceRegion: z.string().optional(),
  priceDate: z.string().optional(),
  /** Newest CUDA major.minor that the cloud's driver for this SKU runs. */
  maxCuda: z.string().optional(),
  note: z.string().optional(),
})
export type GpuSku = z.infer<typeof gpuSkuSchema>

export const engineImageSchema = z.strictObject({
  engine: z.enum(['vllm']),
  /** The engine's version: flags are keyed by it. */
  version: z.string(),
  image: z.string(),
  cuda: z.string(),
  minComputeCapability: z.number(),
  runAsUser: z.int(),
  runAsGroup: z.int(),
  home: z.string(),
  /** Compressed, as pulled; and unpacked on disk. */
  pullGiB: z.number().positive(),
  diskGiB: z.number().positive(),
  sources: z.array(z.string()).min(1),
})
export type EngineImage = z.infer<typeof engineImageSchema>

export interface Catalog {
  models: readonly ModelPreset[]
  gpus: readonly GpuSku[]
  images: readonly EngineImage[]
}
