/** Which build of the engine runs on a GPU and its driver. */
import type { EngineImage } from '../catalog/schema.ts'
import type { GpuShape } from '../sizing/memory.ts'

/**
 * The newest CUDA that the driver runs; the oldest where the driver is not known. CUDA runs on any driver of its major
 * version: https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html
 */
export function chooseImage(
  images: readonly EngineImage[],
  gpu: Pick<GpuShape, 'computeCapability' | 'maxCuda'>,
): EngineImage | undefined {
  const running = images
    .filter((image) => image.minComputeCapability <= gpu.computeCapability)
    .filter((image) => gpu.maxCuda === undefined || major(image.cuda) <= major(gpu.maxCuda))
    .toSorted((a, b) => Number(a.cuda) - Number(b.cuda))
  return gpu.maxCuda === undefined ? running[0] : running.at(-1)
}

function major(cuda: string): number {
  return Number(cuda.split('.')[0])
}
