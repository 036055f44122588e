/** Which cloud the nodes come from. */
import type { CloudTraits } from './cloud-traits.ts'
import type { CloudId } from './ids.ts'

/** The cloud that the nodes' provider ids name; undefined when they name none, or several. */
export function detectCloud(providerIds: readonly string[], clouds: readonly CloudTraits[]): CloudId | undefined {
  const named = clouds.filter(({ providerIdPrefix }) => providerIds.some((id) => id.startsWith(providerIdPrefix)))
  const [only] = named
  return named.length === 1 ? only?.id : undefined
}
