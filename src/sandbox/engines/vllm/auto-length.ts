/** The context that the engine finds by itself, `--max-model-len=auto`: what the memory estimate holds. */
import type { ModelPreset } from '#core/catalog/schema.ts'
import type { Engine } from '#core/plan/engine.ts'
import { fitAt } from '#core/sizing/fit.ts'
import type { EngineSettings } from '#core/sizing/types.ts'

/** What the driver shows of GPUs, GiB: with `auto` the smallest that serves something takes the longest that fits. */
const VISIBLE_GIB = [14.56, 22, 39.4, 44.4, 79.1, 93.1, 139.7]
const SERVES_TOKENS = 8_192

/** undefined: it fits none of them. */
export function foundLength(
  flags: ReadonlyMap<string, string>,
  model: ModelPreset,
  engine: Engine,
): number | undefined {
  const settings = settingsOf(flags, engine)
  const tensorParallelSize = settings.tensorParallelSize ?? 1
  const longest = VISIBLE_GIB.map((visibleGiB) => {
    const gpu = { model: 'GPU', perNode: tensorParallelSize, visibleGiB, computeCapability: 9, maxCuda: undefined }
    return fitAt({ model, gpu, tensorParallelSize, settings, adapters: settings.adapters }, engine).longest
  })
  return longest.find((tokens) => tokens >= SERVES_TOKENS)
}

/** As far as they make sense: what does not is the parser's to refuse. */
function settingsOf(flags: ReadonlyMap<string, string>, engine: Engine): EngineSettings {
  const args = [...flags].map(([flag, value]) => [flag, value === '' ? true : value] as const)
  const sound = args.filter(([flag, value]) => {
    try {
      engine.readSettings({ [flag]: value })
      return true
    } catch {
      return false
    }
  })
  return engine.readSettings(Object.fromEntries(sound))
}
