/** The context that the engine finds by itself, `--max-model-len=auto`: what the memory estimate holds. */
import type { Engine, Supply } from '#core/plan/engine.ts'
import { fitAt } from '#core/sizing/fit.ts'
import type { EngineSettings } from '#core/sizing/types.ts'
import type { ContainerSpec } from '../../pod.ts'
import type { Launch } from '../engine.ts'

/** What the driver shows of GPUs, GiB: with `auto` the smallest that serves something takes the longest that fits. */
const VISIBLE_GIB = [14.56, 22, 39.4, 44.4, 79.1, 93.1, 139.7]
const SERVES_TOKENS = 8_192

/** With the length that it finds, where that is left to it and something is known of the model. */
export function withFoundLength(launch: Launch, { args = [] }: ContainerSpec, { engines, catalog }: Supply): Launch {
  const flags = new Map(args.map((arg) => [arg.replace(/^--|=[\s\S]*$/g, ''), arg.replace(/^[^=]*=?/, '')] as const))
  const given = flags.get('max-model-len')
  const [engine, model] = [engines.all.find(({ id }) => id === 'vllm'), catalog.models.find(launch.model)]
  if ((given !== 'auto' && given !== '-1') || model === undefined || engine === undefined) return launch
  const settings = settingsOf(flags, engine)
  const tensorParallelSize = settings.tensorParallelSize ?? 1
  const longest = VISIBLE_GIB.map((visibleGiB) => {
    const gpu = { model: 'GPU', perNode: tensorParallelSize, visibleGiB, computeCapability: 9, maxCuda: undefined }
    return fitAt({ model, gpu, tensorParallelSize, settings, adapters: settings.adapters }, engine).longest
  })
  const limit = model.trainedContext ?? model.maxContext
  const maxModelLen = Math.min(limit, longest.find((tokens) => tokens >= SERVES_TOKENS) ?? launch.maxModelLen)
  return { ...launch, maxModelLen, autoFrom: limit }
}

/** As far as they make sense: what does not is the parser's to refuse. */
function settingsOf(flags: ReadonlyMap<string, string>, engine: Engine): EngineSettings {
  const sound = [...flags].filter(([flag, value]) => {
    try {
      engine.readSettings({ [flag]: value === '' ? true : value })
      return flag !== engine.spelling.contextLength
    } catch {
      return false
    }
  })
  return engine.readSettings(Object.fromEntries(sound.map(([flag, value]) => [flag, value === '' ? true : value])))
}
