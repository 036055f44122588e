/** Pods of the version before → none on nodes of a pool that goes. */
import { advice, kubectl } from '#core/advice.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { isNodeIn, workspaceSelector } from '#core/objects/labels.ts'
import { podsOn } from '#core/status/nodes.ts'
import type { Place, Seen, Step } from './step.ts'

/** They have their grace period, in which they answer what they were asked before. */
const GRACE_BUDGET_MS = 10 * 60_000

export function emptyStep(pools: readonly NodePool[], place: Place): Step {
  return {
    ...place,
    name: 'vacated',
    kinds: ['nodes', 'pods'],
    judge(seen) {
      const nodes = seen.nodes.filter((node) => pools.some((pool) => isNodeIn(node, pool)))
      const left = nodes.flatMap(({ metadata }) => podsOn(metadata.name, seen.pods))
      if (left.length === 0) return { is: 'done' }
      const giveUp = { after: { clusterMs: GRACE_BUDGET_MS }, error: stillThere(seen, left.length) }
      return { is: 'moving', says: `${left.length} old pods are still to end`, stage: 'grace', giveUp }
    },
  }
}

function stillThere({ name, namespace }: Seen, count: number): KaitoError {
  return new KaitoError({
    code: 'LEFTOVERS',
    phase: 'destroy',
    message: `${count} pods on the old machines have not ended within 10 minutes, so the old node pool was not taken away and still bills.`,
    hint: advice`See what keeps them: ${kubectl('get', 'pods', '-n', namespace, '-l', workspaceSelector(name), '-o', 'wide')}; then run the same command again.`,
    retryable: 'later',
    resource: { kind: 'Workspace', name, namespace },
  })
}
