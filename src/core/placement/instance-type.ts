/** Is there such a machine at all, whatever is to run on it? */
import { advice, setting } from '../advice.ts'
import type { Machines } from '../catalog/catalog.ts'
import { closest } from '../closest.ts'
import type { CloudId } from '../cloud/ids.ts'
import { KaitoError } from '../errors.ts'
import { ABOUT_MACHINE } from '../problem.ts'

/** @param cloud undefined: any of them will do. */
export function checkInstanceType(name: string, machines: Machines, cloud: CloudId | undefined): void {
  if (machines.find(name, cloud) !== undefined) return
  const offered = cloud === undefined ? machines.all() : machines.of(cloud)
  const types = offered.map(({ instanceType }) => instanceType)
  const near = closest(name, types, 3)
  throw new KaitoError({
    code: 'PREFLIGHT_REFUSED',
    phase: 'plan',
    message: unknownType(name, machines, cloud),
    hint:
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : advice`Leave it out: kaito takes the cheapest machine that fits. On your own nodes: ${setting('byo')}`,
    details: near,
    input: ABOUT_MACHINE,
  })
}

export function unknownType(name: string, machines: Machines, cloud: CloudId | undefined): string {
  const elsewhere = machines.find(name)
  if (elsewhere !== undefined && cloud !== undefined)
    return `Instance type "${elsewhere.instanceType}" belongs to ${elsewhere.cloud}, but the cluster is on ${cloud}.`
  return `kaito knows no instance type "${name}"${cloud === undefined ? '' : ` on ${cloud}`}.`
}
