/** How long a start takes, and how long the startupProbe waits: diagnosis ends a hopeless start, not the probe. */
import type { EngineImage, ModelPreset } from '../catalog/schema.ts'
import type { StartupEstimate, StartupTerm } from './types.ts'

/** 12 GB compressed take 3-6 min (docs/figures.md, start): 270 s for 11.2 GiB. */
const PULL_GIB_PER_SECOND = 11.2 / 270
/** An 8B model (15 GiB) was downloaded from the Hub in 55 s (docs/figures.md, start). */
const DOWNLOAD_GIB_PER_SECOND = 15 / 55
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

/** A machine is asked for → its node is Ready → its GPUs can be allocated (docs/figures.md, start). */
export const NODE_SECONDS = { ready: 284, gpus: 126 } as const

const LEAST_BUDGET_SECONDS = 30 * 60

export function estimateStartup(model: ModelPreset, image: EngineImage, isEager: boolean): StartupEstimate {
  const terms: StartupTerm[] = [
    transfer('image pull', image.pullGiB, PULL_GIB_PER_SECOND),
    transfer('weights', model.weightsGiB, DOWNLOAD_GIB_PER_SECOND),
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
  const seconds = terms.reduce((sum, term) => sum + term.seconds, 0)
  return { terms, seconds, budgetSeconds: Math.max(LEAST_BUDGET_SECONDS, 3 * seconds) }
}

function transfer(step: StartupTerm['step'], gib: number, rate: number): StartupTerm {
  return { step, seconds: Math.round(gib / rate), formula: `${gib} GiB at ${Math.round(rate * 1024)} MiB/s` }
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
