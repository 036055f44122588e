/** Which cloud the nodes come from. */
const PROVIDERS = { 'azure://': 'azure', 'aws://': 'aws', 'gce://': 'gcp' } as const

/** The cloud that the nodes' provider ids name; undefined when they name none, or several. */
export function detectCloud(providerIds: readonly string[]): 'azure' | 'aws' | 'gcp' | undefined {
  const found = new Set(
    providerIds.flatMap((id) =>
      Object.entries(PROVIDERS).flatMap(([prefix, cloud]) => (id.startsWith(prefix) ? [cloud] : [])),
    ),
  )
  const [only] = found
  return found.size === 1 ? only : undefined
}
