/** What the model comes to on the machine that was found for it. */
import { advice, engineArg } from '../advice.ts'
import type { ModelPreset } from '../catalog/schema.ts'
import { KaitoError } from '../errors.ts'
import type { Machine } from '../placement/machine.ts'
import { type Asked, lengthFor } from '../sizing/context-length.ts'
import type { EngineSettings, MemoryTerm, Sizing } from '../sizing/types.ts'
import type { Engine } from './engine.ts'

interface SizingRequest {
  model: ModelPreset
  engine: Engine
  settings: EngineSettings
  asked: Asked
  /** The user leaves the length to the engine. */
  isAuto: boolean
  /** It is not the catalogue's: what it can do is not known. */
  isOwnImage: boolean
}

export function sizingOf(machine: Machine, request: SizingRequest): Sizing {
  const { model, engine, settings, asked } = request
  const { gpu, fit, instanceType } = machine
  const { maxModelLen, maxModelLenFrom } = lengthFor(model, asked, fit)
  const concurrency = fit.blocks / fit.kv.blocksFor(maxModelLen)
  const { gpuMemoryUtilization, maxNumSeqs } = fit.settings
  return {
    gpu: {
      model: gpu.model,
      perNode: gpu.perNode,
      visibleGiB: gpu.visibleGiB,
      computeCapability: gpu.computeCapability,
    },
    instanceType,
    tensorParallelSize: fit.tensorParallelSize,
    dtype: dtypeFor(model, machine, settings, engine),
    gpuMemoryUtilization,
    ...(maxNumSeqs === undefined || maxNumSeqs === settings.maxNumSeqs ? {} : { maxNumSeqs }),
    maxModelLen,
    maxModelLenFrom,
    ...(isEngines(maxModelLenFrom, machine, request) ? { lengthBy: 'engine' } : {}),
    memory: fit.terms.map(rounded),
    kvBytesPerToken: fit.kv.bytesPerToken,
    kvPoolTokens: Math.floor(concurrency * maxModelLen),
    maxConcurrency: Math.floor(concurrency * 100) / 100,
  }
}

function rounded(term: MemoryTerm): MemoryTerm {
  return { ...term, gib: Math.round(term.gib * 1000) / 1000 }
}

/** Before Ampere (8.0) there is no bfloat16. */
function dtypeFor(
  model: ModelPreset,
  { gpu }: Machine,
  settings: EngineSettings,
  { spelling }: Engine,
): Sizing['dtype'] {
  const wanted = settings.dtype ?? model.dtype
  if (wanted === 'float16' || gpu.computeCapability >= 8) return wanted
  if (settings.dtype === undefined) return 'float16'
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: `${gpu.model} has no bfloat16: compute capability ${gpu.computeCapability}, at least 8.0 is needed.`,
    hint: advice`Leave ${spelling.dtype} out, or take float16: ${engineArg(spelling.dtype, 'float16')}`,
    input: { flag: spelling.dtype },
  })
}

/** What memory limits, an engine that can do it measures better than any sum; what was chosen as a number stays one. */
function isEngines(
  from: Sizing['maxModelLenFrom'],
  { fit, image }: Machine,
  { model, engine, isAuto, isOwnImage }: SizingRequest,
): boolean {
  if (isAuto) return true
  if (from !== 'memory' || isOwnImage) return false
  const { kept } = fit
  return kept === undefined ? (engine.choosesLength?.(model, image.version) ?? false) : kept.lengthBy === 'engine'
}
