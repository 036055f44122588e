/** What sizing comes to: the terms of the memory fit and of the start. */
/** One summand of the memory fit, GiB per GPU. */
export interface MemoryTerm {
  term: 'visible' | 'budget' | 'weights' | 'non-torch' | 'activations' | 'cuda-graphs' | 'lora' | 'kv-cache'
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
  maxModelLen: number
  maxModelLenFrom: 'flag' | 'config' | 'model' | 'memory'
  memory: MemoryTerm[]
  kvBytesPerToken: number
  kvPoolTokens: number
  /** Requests of maxModelLen tokens at once. */
  maxConcurrency: number
}

export interface StartupTerm {
  step: 'image pull' | 'weights' | 'load' | 'compile' | 'warm-up'
  seconds: number
  formula: string
}

export interface StartupEstimate {
  terms: StartupTerm[]
  seconds: number
  /** What the startupProbe allows: three times the estimate, at least 30 minutes. */
  budgetSeconds: number
}
