/** Will somebody announce the GPUs of the nodes that are to be made? */
import { hasCode } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { isNodeOf } from '#core/objects/labels.ts'
import { inCluster, rightsOn } from '#core/objects/rights.ts'
import { type Announcers, isPlugin, pluginRefusal } from '#core/placement/device-plugin.ts'
import { isPoolMade } from '#core/results.ts'
import { nodeGpus } from '#core/status/nodes.ts'
import { ifPermitted } from '../observe/if-permitted.ts'
import type { Ports } from '../ports.ts'
import type { Prepared } from '../prepared.ts'
import { type Checked, NOTHING_FOUND } from './checked.ts'

/** Asked once a run: the cluster is the same for all of its workspaces. */
export function createPluginCheck(): (prepared: Prepared, ports: Ports) => Promise<Checked> {
  let looking: Promise<Announcers | undefined> | undefined
  return async (prepared, ports) => {
    const { pool } = prepared.plan
    const traits = ports.catalog.clouds.find(({ id }) => pool.mode === 'create' && id === pool.cloud)
    if (pool.mode !== 'create' || traits?.devicePlugin !== 'install') return NOTHING_FOUND
    if (!isPoolMade(prepared.pool) || isProved(prepared)) return NOTHING_FOUND
    looking ??= look(prepared, ports)
    const announcers = await looking
    if (announcers === undefined) return { refusals: [], unseen: rightsOn(KINDS.daemonSet, 'list').map(inCluster) }
    const refusal = pluginRefusal(announcers, pool.request.taints, traits.service)
    return refusal === undefined ? NOTHING_FOUND : { refusals: [refusal], unseen: [] }
  }
}

/** Undefined: this identity may not. */
async function look({ facts }: Prepared, { kube, signal }: Ports): Promise<Announcers | undefined> {
  const daemonSets = await ifPermitted(kube.list(KINDS.daemonSet, { signal }))
  if (daemonSets === undefined) return undefined
  const hasGpus = nodesOf(facts).some((node) => nodeGpus(node) > 0)
  if (hasGpus || daemonSets.some(isPlugin)) return { daemonSets, policies: [], hasGpus }
  const policies = await kube.list(KINDS.clusterPolicy, { signal }).catch(withoutOperator)
  return { daemonSets, policies, hasGpus }
}

/** There is no such kind in the cluster, or this identity may not see it. */
function withoutOperator(error: unknown): KubeObject[] {
  if (hasCode(error, 'NOT_FOUND', 'PERMISSION_DENIED')) return []
  throw error
}

/** Nodes of the same pool have theirs. */
function isProved({ facts, plan: { objectName, namespace } }: Prepared): boolean {
  return nodesOf(facts).some((node) => isNodeOf(node, objectName, namespace) && nodeGpus(node) > 0)
}

function nodesOf({ seen }: Prepared['facts']): readonly KubeObject[] {
  return seen.allNodes ?? []
}
