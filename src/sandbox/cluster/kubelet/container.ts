/** The container of a pod: which engine it is, and what becomes of it. */
import type { EngineImage } from '#core/catalog/schema.ts'
import type { Engine, Supply } from '#core/plan/engine.ts'
import { pullSeconds } from '#core/sizing/startup.ts'
import type { Launch, Refusal, SimulatedEngine } from '../../engines/engine.ts'
import type { ContainerSpec, Pod } from '../../pod.ts'

export interface Container {
  name: string
  image: string
  /** Real seconds. */
  pullSeconds: number
  engine: SimulatedEngine
  /** The variable from which it takes the key that requests must bring. */
  keyVariable: string
  launch: Launch | Refusal
}

/** An image that the catalogue does not name is taken for one of the standard engine. */
export function containerOf(pod: Pod, engines: readonly SimulatedEngine[], supply: Supply): Container {
  const [container] = pod.spec.containers as [ContainerSpec]
  const image = imageOf(container.image, supply.catalog.images)
  const real = engineOf(image?.engine ?? supply.engines.standard, supply)
  const engine = engines.find(({ id }) => id === real.id)
  if (engine === undefined) throw new Error(`the sandbox cannot play ${real.id}`)
  const pulled = image ?? supply.catalog.images[0]
  return {
    name: container.name,
    image: container.image,
    pullSeconds: pulled === undefined ? 0 : pullSeconds(pulled),
    engine,
    keyVariable: real.api.keyVariable,
    launch: engine.read(container, supply),
  }
}

/** Of the same repository, whatever its tag. */
function imageOf(reference: string, images: readonly EngineImage[]): EngineImage | undefined {
  return (
    images.find(({ image }) => reference.endsWith(image)) ??
    images.find(({ image }) => reference.includes(image.split(/[@:]/)[0] ?? ''))
  )
}

function engineOf(id: string, { engines }: Supply): Engine {
  const found = engines.all.find((engine) => engine.id === id)
  if (found === undefined) throw new Error(`there is no engine ${id}`)
  return found
}
