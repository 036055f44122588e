/** How long vLLM takes from the last byte of the weights to the first answer: docs/figures.md, start. */
import type { ModelPreset } from '#core/catalog/schema.ts'
import type { EngineSettings, StartupTerm } from '#core/sizing/types.ts'

/** A 15 GB checkpoint from a gp3 disk: ready after 66 s, of which about half is reading (docs/figures.md, start). */
const LOAD_GIB_PER_SECOND = 15 / 33
/** Python, torch and the engine's process before the first weight: 74 + 21 s (docs/figures.md, start). */
const FRAMEWORK_SECONDS = 95
/** 25-60 s cold (docs/figures.md, start): the upper end. */
const COMPILE_SECONDS = 60
/** Profiling up to 50 s, capturing graphs 4-20 s (docs/figures.md, start). */
const WARM_UP_SECONDS = 70
/** Without graphs only the profile remains. */
const EAGER_WARM_UP_SECONDS = 50

export function startupTerms(model: ModelPreset, { isEager }: EngineSettings): StartupTerm[] {
  return [
    loadTerm(model.weightsGiB),
    {
      step: 'compile',
      seconds: isEager ? 0 : COMPILE_SECONDS,
      formula: isEager ? 'none: enforce-eager' : 'torch.compile, cold',
    },
    {
      step: 'warm-up',
      seconds: isEager ? EAGER_WARM_UP_SECONDS : WARM_UP_SECONDS,
      formula: isEager ? 'profile' : 'profile and CUDA graphs',
    },
  ]
}

function loadTerm(gib: number): StartupTerm {
  const rate = LOAD_GIB_PER_SECOND
  const seconds = FRAMEWORK_SECONDS + Math.round(gib / rate)
  return {
    step: 'load',
    seconds,
    formula: `${FRAMEWORK_SECONDS} s to start, then ${gib} GiB at ${Math.round(rate * 1024)} MiB/s`,
  }
}
