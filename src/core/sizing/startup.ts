/** How long a start takes, and how long the startupProbe waits: diagnosis ends a hopeless start, not the probe. */
import type { EngineImage, ModelPreset } from '../catalog/schema.ts'
import type { StartupEstimate, StartupTerm } from './types.ts'

/** 12 GB compressed take 3-6 min (docs/figures.md, start): 270 s for 11.2 GiB. */
const PULL_GIB_PER_SECOND = 11.2 / 270
/** An 8B model (15 GiB) was downloaded from the Hub in 55 s (docs/figures.md, start). */
const DOWNLOAD_GIB_PER_SECOND = 15 / 55
const LEAST_BUDGET_SECONDS = 30 * 60

/** @param ofEngine from the last byte of the weights to the first answer. */
export function estimateStartup(
  model: ModelPreset,
  image: EngineImage,
  ofEngine: readonly StartupTerm[],
): StartupEstimate {
  const terms: StartupTerm[] = [
    { ...transfer('image pull', image.pullGiB, PULL_GIB_PER_SECOND), seconds: pullSeconds(image) },
    transfer('weights', model.weightsGiB, DOWNLOAD_GIB_PER_SECOND),
    ...ofEngine,
  ]
  const seconds = terms.reduce((sum, term) => sum + term.seconds, 0)
  return { terms, seconds, budgetSeconds: Math.max(LEAST_BUDGET_SECONDS, 3 * seconds) }
}

export function pullSeconds({ pullGiB }: EngineImage): number {
  return Math.round(pullGiB / PULL_GIB_PER_SECOND)
}

function transfer(step: StartupTerm['step'], gib: number, rate: number): StartupTerm {
  return { step, seconds: Math.round(gib / rate), formula: `${gib} GiB at ${Math.round(rate * 1024)} MiB/s` }
}
