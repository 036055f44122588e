/** What an earlier deploy chose, and whether it was for the same: docs/decisions/0022-choices-stay.md. */
import { advice, setting } from '../advice.ts'
import { presetFlags } from '../catalog/preset-flags.ts'
import type { EngineImage, ModelPreset } from '../catalog/schema.ts'
import { canonicalJson } from '../objects/canonical-json.ts'
import type { Machine } from '../placement/machine.ts'
import { machineOf } from '../placement/weigh.ts'
import type { PlanWarning } from '../problem.ts'
import { type Chosen, type ChosenFor, isRead, type Kept } from '../sizing/chosen.ts'
import type { Sizing } from '../sizing/types.ts'
import type { Engine, EngineArgs } from './engine.ts'

/** All that a choice hangs on, but the machine and its image. */
export interface Wish {
  model: ModelPreset
  engine: Engine
  args: EngineArgs
  tokens: number | undefined
  /** As it goes into the manifest. */
  referenceOf(image: EngineImage): string
}

export function keptOn(wish: Wish, kept: Kept | undefined) {
  return (machine: string | undefined, image: EngineImage): Kept | undefined =>
    kept !== undefined && isForTheSame(kept, chosenFor(wish, machine ?? kept.for.machine ?? '', image))
      ? kept
      : undefined
}

function isForTheSame(kept: Kept, now: ChosenFor): boolean {
  if (!isRead(kept)) return canonicalJson(kept.for) === canonicalJson(now)
  // With what flags its pods run is looked up in them, once there is a plan to compare them with.
  const { modelId = now.modelId, image = now.image, machine = now.machine } = kept.for
  return modelId === now.modelId && image === now.image && machine === now.machine
}

function chosenFor({ model, engine, args, tokens, referenceOf }: Wish, machine: string, image: EngineImage): ChosenFor {
  const all = { ...presetFlags(model, engine.configSection), ...args }
  const flags = memoryFlags(engine).filter((flag) => flag !== engine.spelling.contextLength && all[flag] !== undefined)
  return {
    modelId: model.modelId,
    image: referenceOf(image),
    machine,
    flags: Object.fromEntries(flags.map((flag) => [flag, String(all[flag])])),
    ...(tokens === undefined ? {} : { tokens }),
  }
}

/** Whatever bears on memory. */
export function memoryFlags({ inEstimate, notInEstimate }: Engine): readonly string[] {
  return [...inEstimate, ...notInEstimate]
}

export function chosenOn(wish: Wish, { gpu, instanceType, image, fit }: Machine, sizing: Sizing): Chosen {
  const { tensorParallelSize, gpuMemoryUtilization, maxNumSeqs, maxModelLen, maxModelLenFrom, lengthBy } = sizing
  return {
    tensorParallelSize,
    ...(fit.settings.isDefaultShare === true ? { gpuMemoryUtilization } : {}),
    ...(maxNumSeqs === undefined ? {} : { maxNumSeqs }),
    maxModelLen,
    maxModelLenFrom,
    ...(lengthBy === undefined ? {} : { lengthBy }),
    ...(fit.kept?.found === undefined ? {} : { found: fit.kept.found }),
    for: chosenFor(wish, machineOf(gpu, instanceType), image),
  }
}

/** Of what stays although it would be refused today. */
export function keptWarnings({ fit }: Machine, { maxModelLen, lengthBy }: Sizing): PlanWarning[] {
  if (fit.kept === undefined || lengthBy === 'engine' || maxModelLen <= fit.longest) return []
  const room = fit.longest < 256 ? 'no room for it' : `room for only ${fit.longest} tokens`
  const shorter = fit.longest < 256 ? '' : advice` A length that fits: ${setting('maxModelLen', fit.longest)}`
  const message = advice`The context of ${maxModelLen} tokens is kept from an earlier deploy, but the memory estimate has ${room}: the engine may refuse to start.${shorter}`
  return [{ code: 'choice-kept', message }]
}
