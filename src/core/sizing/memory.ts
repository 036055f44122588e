/** What a model takes on each GPU, whichever engine serves it: docs/figures.md, GPU memory. */
import type { Engine } from '../plan/engine.ts'
import type { Load, MemoryTerm } from './types.ts'

/** Every term but the KV cache, GiB per GPU, each with its arithmetic. */
export function fixedTerms(load: Load, engine: Engine): MemoryTerm[] {
  return [weights(load), ...engine.memory(load)]
}

export function budgetTerms({ gpu, settings }: Load): [MemoryTerm, MemoryTerm] {
  const gib = settings.gpuMemoryUtilization * gpu.visibleGiB
  return [
    { term: 'visible', gib: gpu.visibleGiB, formula: `what the driver shows of one ${gpu.model}` },
    { term: 'budget', gib, formula: `${settings.gpuMemoryUtilization} x ${gpu.visibleGiB} GiB` },
  ]
}

/** The size of the files, 2 % for padding and for what is not split (norms). */
function weights({ model, tensorParallelSize: tp }: Load): MemoryTerm {
  return {
    term: 'weights',
    gib: (model.weightsGiB * 1.02) / tp,
    formula: `${model.weightsGiB} GiB x 1.02 / ${tp}`,
  }
}
