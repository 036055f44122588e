/** Which build of the engine runs on a GPU and its driver. */
import type { EngineImage } from '../catalog/schema.ts'
import type { GpuShape } from '../sizing/types.ts'
import type { EngineId } from '../workspace/engine-traits.ts'

/**
 * The engine's newest version that runs there, built for the newest CUDA that the driver runs; for the oldest where the
 * driver is not known. CUDA runs on any driver of its major version:
 * https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html
 */
export function chooseImage(
  images: readonly EngineImage[],
  engine: EngineId,
  gpu: Pick<GpuShape, 'computeCapability' | 'maxCuda'>,
): EngineImage | undefined {
  const running = imagesOf(images, engine)
    .filter((image) => image.minComputeCapability <= gpu.computeCapability)
    .filter((image) => gpu.maxCuda === undefined || major(image.cuda) <= major(gpu.maxCuda))
    .toSorted((a, b) => Number(a.cuda) - Number(b.cuda))
  const builds = running.filter(({ version }) => version === newestFirst(running)[0]?.version)
  return gpu.maxCuda === undefined ? builds[0] : builds.at(-1)
}

export function imagesOf(images: readonly EngineImage[], engine: EngineId): readonly EngineImage[] {
  return images.filter((image) => image.engine === engine)
}

/** `0.9.1` comes before `0.32.0`. */
export function newestFirst(images: readonly EngineImage[]): readonly EngineImage[] {
  return images.toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
}

function major(cuda: string): number {
  return Number(cuda.split('.')[0])
}
