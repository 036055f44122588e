/** Is the node pool of a workspace there? Its nodes tell; only while they do not, the cloud is asked. */

import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { RootState } from '#core/state/root.ts'
import type { PoolFact } from '#core/status/before-rollout.ts'
import { nodeFacts } from '#core/status/nodes.ts'
import type { Ports } from '../ports.ts'
import { withBudget } from '../time/budget.ts'
import { ifPermitted } from './if-permitted.ts'
import { openCloud } from './target.ts'

/** A status must not wait for credentials that nobody has. */
const ASK_MS = 15_000

export async function readPoolFact(
  pool: RootState['pool'],
  nodes: readonly KubeObject[],
  ports: Ports,
): Promise<PoolFact> {
  if (pool === undefined) return { kind: 'none' }
  if (nodes.length >= pool.request.count) return { kind: 'joined' }
  try {
    const patient = { ...ports, pace: 1 }
    return await withBudget(patient, ASK_MS, slow, async (signal) => ask(pool, { ...ports, signal }))
  } catch (error) {
    ports.signal.throwIfAborted()
    if (!(error instanceof KaitoError)) throw error
    return { kind: 'unknown', why: error.message }
  }
}

async function ask({ cloud: id, name }: NonNullable<RootState['pool']>, ports: Ports): Promise<PoolFact> {
  const nodes = await ifPermitted(ports.kube.list(KINDS.node, { signal: ports.signal }))
  const providerIds = nodeFacts(nodes ?? [], []).map(({ providerId }) => providerId)
  const cloud = await openCloud(id, providerIds, {}, ports)
  if (cloud === undefined) return { kind: 'unknown', why: `no node of this cluster is a machine of ${id}` }
  const pool = await cloud.getPool(name, ports.signal)
  return pool === undefined ? { kind: 'absent' } : { kind: 'there', pool }
}

function slow(): KaitoError {
  return new KaitoError({
    code: 'UNAVAILABLE',
    phase: 'watch',
    message: `no answer within ${ASK_MS / 1_000} s`,
    hint: '',
  })
}
