/** GPUs that may serve the workspace: the engine's build for them, and whether the model fits. */
import type { EngineImage } from '../catalog/schema.ts'
import type { Kept } from '../sizing/chosen.ts'
import { type FitAnswer, type FitRequest, fitOn } from '../sizing/fit.ts'
import type { GpuShape } from '../sizing/types.ts'
import { chooseImage } from './choose-image.ts'

export interface WeighRequest extends Omit<FitRequest, 'gpu' | 'kept'> {
  images: readonly EngineImage[]
  /** What an earlier deploy chose for this very image and machine; undefined: it is not seen. */
  keptOn(machine: string | undefined, image: EngineImage): Kept | undefined
}

export interface Weighed extends FitAnswer {
  gpu: GpuShape
  image: EngineImage | undefined
}

export function weigh(request: WeighRequest, gpu: GpuShape, instanceType?: string): Weighed {
  const image = chooseImage(request.images, request.engine.id, gpu)
  const kept = image === undefined ? undefined : request.keptOn(machineOf(gpu, instanceType), image)
  return { ...fitOn({ ...request, gpu, kept }), gpu, image }
}

/** As what was chosen for it remembers it. */
export function machineOf(
  { model, visibleGiB }: Pick<GpuShape, 'model' | 'visibleGiB'>,
  instanceType?: string,
): string {
  return instanceType ?? `${model}, ${visibleGiB} GiB`
}
