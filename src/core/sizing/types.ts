/** What sizing starts from, and what it comes to: the terms of the memory fit and of the start. */
import type { ModelPreset } from '../catalog/schema.ts'

/** A node's GPUs, from the catalogue or from labels. */
export interface GpuShape {
  /** `A100`, `H100`, … */
  model: string
  perNode: number
  visibleGiB: number
  computeCapability: number
  /** Newest CUDA that the driver runs, when known. */
  maxCuda: string | undefined
}

/** The user's engine flags, as far as sizing depends on them; undefined: left to the engine, or to kaito. */
export interface EngineSettings {
  /** Share of the visible memory that the engine takes. */
  gpuMemoryUtilization: number
  /** Nobody has said it. */
  isDefaultShare?: true
  /** GPUs that the model is split over. */
  tensorParallelSize: number | undefined
  maxModelLen: number | undefined
  /** Requests at once. */
  maxNumSeqs: number | undefined
  /** Tokens in one step, over all requests. */
  maxNumBatchedTokens: number | undefined
  /** Bytes per element of the KV cache. */
  kvBytes: number
  dtype: 'bfloat16' | 'float16' | undefined
  /** Neither graphs nor compiled code. */
  isEager: boolean
  /** Adapters that its flags make room for. */
  adapters: number
  maxLoras: number | undefined
  maxLoraRank: number
  /** The model id that requests must use. */
  servedName: string | undefined
}

/** A model on GPUs. */
export interface Load {
  model: ModelPreset
  gpu: GpuShape
  tensorParallelSize: number
  settings: EngineSettings
  /** Adapters that may be loaded; their slots are reserved. */
  adapters: number
}

/** How a KV cache is handed out. */
export interface KvShape {
  /** What one more token of one request takes in the long run, bytes per GPU. */
  bytesPerToken: number
  bytesPerBlock: number
  /** Blocks that a request of that many tokens holds. */
  blocksFor(tokens: number): number
  /** Blocks that the engine keeps for itself. */
  keptBlocks: number
  formula: string
}

/** One summand of the memory fit, GiB per GPU. */
export interface MemoryTerm {
  /** `visible`, `budget`, `weights`, `kv-cache`, or one of the engine's. */
  term: string
  gib: number
  /** The arithmetic with its numbers, for --explain. */
  formula: string
}

export interface Sizing {
  /** From the catalogue, or made from node labels for one's own nodes. */
  gpu: { model: string; perNode: number; visibleGiB: number; computeCapability: number }
  instanceType: string | undefined
  tensorParallelSize: number
  dtype: 'bfloat16' | 'float16'
  gpuMemoryUtilization: number
  /** Absent: what the engine takes by itself, or what its flags say. */
  maxNumSeqs?: number
  maxModelLen: number
  maxModelLenFrom: 'flag' | 'config' | 'model' | 'memory'
  /** The engine finds the length at its start: the number is what is expected. */
  lengthBy?: 'engine'
  memory: MemoryTerm[]
  kvBytesPerToken: number
  kvPoolTokens: number
  /** Requests of maxModelLen tokens at once. */
  maxConcurrency: number
}

export interface StartupTerm {
  /** `image pull`, `weights`, or one of the engine's. */
  step: string
  seconds: number
  formula: string
}

export interface StartupEstimate {
  terms: StartupTerm[]
  seconds: number
  /** What the startupProbe allows: three times the estimate, at least 30 minutes. */
  budgetSeconds: number
}
