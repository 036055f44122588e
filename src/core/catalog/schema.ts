import * as z from 'zod'
import type { CloudTraits } from '../cloud/cloud-traits.ts'

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

const modelFields = {
  /** The name to type; also the file's name. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  aliases: z.array(z.string()),
  family: z.enum(['falcon', 'llama', 'mistral', 'phi', 'qwen', 'gemma', 'deepseek', 'gpt-oss', 'other']),
  description: z.string(),
  /** Hugging Face repository, or the absolute path of a folder that the engine's container has. */
  modelId: z
    .string()
    .regex(/^([^/\s]+\/[^/\s]+|\/\S+)$/, 'must be org/name on the Hub, or an absolute path in the container'),
  /** The commit that is served: 40 hex digits where a source gives it; absent = the default branch, and the plan says "not pinned". */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
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
  /** LongRoPE alone: the length that it was trained with. An engine that is to find the length itself stays below it. */
  trainedContext: z.int().positive().optional(),
  attention,
}

const useFields = {
  /** Base model or one with a chat template. */
  chat: z.boolean(),
  sources: z.array(z.string()).min(1),
}

/** Flags that belong to a model, by name without dashes. */
const flags = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** @param sections the names under which engines find their flags. */
export function modelPresetSchema(sections: readonly string[]) {
  const optional = Object.fromEntries(sections.map((section) => [section, flags.optional()]))
  return z.strictObject({ ...modelFields, ...optional, ...useFields })
}

const presetSchema = z.strictObject({ ...modelFields, ...useFields })
/** Beside these fields, flags in the section of each engine: preset-flags.ts. */
export type ModelPreset = z.infer<typeof presetSchema>

export const gpuSkuSchema = z.strictObject({
  cloud: z.string(),
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
  /** False: taken when it is named, never chosen (sold only as Spot or by reservation). */
  autoSelect: z.boolean().optional(),
  note: z.string().optional(),
})
export type GpuSku = z.infer<typeof gpuSkuSchema>

const taint = z.strictObject({
  key: z.string(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
})

export const cloudTraitsSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  makesPools: z.boolean(),
  providerIdPrefix: z.string().regex(/^[a-z]+:\/\/$/),
  poolLabel: z.string(),
  poolName: z.strictObject({ pattern: z.string(), maxLength: z.int().positive() }),
  maxNodes: z.int().positive(),
  reservedLabels: z.array(z.string()),
  ourTaints: z.array(taint),
  itsTaints: z.array(taint),
  devicePlugin: z.enum(['install', 'by-cloud', 'by-image']),
  usualSeconds: z.strictObject({ ready: z.number().positive(), gpus: z.number().nonnegative() }),
  makePool: z
    .strictObject({
      command: z.string(),
      labels: z.strictObject({ flag: z.string(), between: z.string() }),
      taints: z.strictObject({ flag: z.string(), each: z.string(), between: z.string() }),
    })
    .optional(),
  getKubeconfig: z.string(),
  signInAlone: z.string().optional(),
  authProvider: z.strictObject({ name: z.string(), replace: z.string() }).optional(),
}) satisfies z.ZodType<CloudTraits>

export const engineImageSchema = z.strictObject({
  /** A registered engine's id; so it is of a flag table. */
  engine: z.string(),
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

/** What the engine takes of numbers: above, from, below, up to; `in` is its own word for what looks at it. */
const rangeSchema = z.strictObject({
  in: z.string(),
  gt: z.number().optional(),
  ge: z.number().optional(),
  lt: z.number().optional(),
  le: z.number().optional(),
})
export type FlagRange = z.infer<typeof rangeSchema>

const engineFlagSchema = z.discriminatedUnion('kind', [
  /** Takes no value: `switch` has a --no- form, `flag` has none. */
  z.strictObject({ kind: z.enum(['switch', 'flag']) }),
  z.strictObject({ kind: z.enum(['integer', 'number']), range: rangeSchema.optional() }),
  /** `names`: those that the engine looks it up in. */
  z.strictObject({ kind: z.literal('text'), names: z.array(z.string()).optional() }),
  z.strictObject({ kind: z.literal('choice'), choices: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('alias'), of: z.string() }),
])
export type EngineFlag = z.infer<typeof engineFlagSchema>

/** Every flag of one release of an engine, by name without dashes, as its own parser lists them. */
export const flagTableSchema = z.strictObject({
  engine: z.string(),
  version: z.string(),
  flags: z.record(z.string(), engineFlagSchema),
})
export type FlagTable = z.infer<typeof flagTableSchema>
