/** The rows of the toys, beside those that are shipped. */
import type { Catalog } from '#core/catalog/catalog.ts'
import { TOY_MACHINES, TOY_TRAITS } from './toy-cloud/rows.ts'
import { TOY_FLAGS, TOY_IMAGE } from './toy-engine/rows.ts'

export function withToys(shipped: Catalog): Catalog {
  const { machines, images, clouds } = shipped
  const own = (cloud: string | undefined): boolean => cloud === undefined || cloud === TOY_TRAITS.id
  return {
    ...shipped,
    clouds: [...clouds, TOY_TRAITS],
    images: [...images, TOY_IMAGE],
    flagsOf: (engine, version) => (engine === TOY_FLAGS.engine ? TOY_FLAGS : shipped.flagsOf(engine, version)),
    machines: {
      ...machines,
      find: (name, cloud) =>
        machines.find(name, cloud) ??
        TOY_MACHINES.find(({ instanceType }) => own(cloud) && instanceType === name.toLowerCase()),
      of: (cloud) => (cloud === TOY_TRAITS.id ? TOY_MACHINES : machines.of(cloud)),
      all: () => [...machines.all(), ...TOY_MACHINES],
    },
  }
}
