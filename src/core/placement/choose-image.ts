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

export function newestFirst(images: readonly EngineImage[]): readonly EngineImage[] {
  return images.toSorted((a, b) => compareVersions(b.version, a.version))
}

/** `0.9.1` comes before `0.32.0`. A collator knows that, too, but takes ten milliseconds of each start to load. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')]
  for (const [index, part] of left.entries()) {
    const difference = Number.parseInt(part, 10) - Number.parseInt(right[index] ?? '0', 10)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function major(cuda: string): number {
  return Number(cuda.split('.')[0])
}
