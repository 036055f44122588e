/**
 * Who a pool belongs to, as Azure tags. Azure compares tag names without case and allows 512 characters in a name,
 * 256 in a value, and none of <>%&\?/ in a name:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
 */
import type { PoolOwner } from '#core/cloud/node-pool.ts'

const MANAGED_BY = 'kaito-managed-by'
const NAMES = {
  workspace: 'kaito-workspace',
  namespace: 'kaito-namespace',
  clusterUid: 'kaito-cluster',
} as const

export function tagsOf(owner: PoolOwner): Record<string, string> {
  return {
    [MANAGED_BY]: 'kaito',
    [NAMES.workspace]: owner.workspace,
    [NAMES.namespace]: owner.namespace,
    [NAMES.clusterUid]: owner.clusterUid,
  }
}

/** The owner that the tags name, or undefined when they are not all ours. */
export function ownerOf(tags: Record<string, string> | undefined): PoolOwner | undefined {
  const known = new Map(Object.entries(tags ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const workspace = known.get(NAMES.workspace)
  const namespace = known.get(NAMES.namespace)
  const clusterUid = known.get(NAMES.clusterUid)
  if (known.get(MANAGED_BY) !== 'kaito') return undefined
  if (workspace === undefined || namespace === undefined || clusterUid === undefined) return undefined
  return { workspace, namespace, clusterUid }
}
