/** Is the node pool of a workspace there? Its nodes tell; only while they do not, the cloud is asked. */
import type { CloudPort } from '#clouds/cloud.ts'
import type { CloudId } from '#core/cloud/ids.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { isNodeIn } from '#core/objects/labels.ts'
import type { RootPool } from '#core/state/root.ts'
import type { PoolFact } from '#core/status/before-rollout.ts'
import { providerIdsOf } from '#core/status/nodes.ts'
import type { Ports } from '../../ports.ts'
import { withBudget } from '../../time/budget.ts'
import { ifPermitted } from '../if-permitted.ts'
import { openCloud } from '../target.ts'

/** A status must not wait for credentials that nobody has. */
const ASK_MS = 15_000

/** The way to a cloud is looked for once, for all pools that are asked about. */
export function createPoolReader(
  ports: Ports,
): (pool: RootPool | undefined, nodes: readonly KubeObject[]) => Promise<PoolFact> {
  const opened = new Map<CloudId, Promise<CloudPort | undefined>>()
  const open = (id: CloudId): Promise<CloudPort | undefined> => {
    const cloud = opened.get(id) ?? openHere(id, ports)
    opened.set(id, cloud)
    // Credentials may be there at the next look.
    cloud.catch(() => opened.delete(id))
    return cloud
  }
  const ask = async ({ cloud: id, name }: RootPool, signal: AbortSignal): Promise<PoolFact> => {
    const cloud = await open(id)
    if (cloud === undefined) return { kind: 'unknown', why: `no node of this cluster is a machine of ${id}` }
    const pool = await cloud.getPool(name, signal)
    return pool === undefined ? { kind: 'absent' } : { kind: 'there', pool }
  }
  return async (pool, nodes) => {
    if (pool === undefined) return { kind: 'none' }
    const own = nodes.filter((node) => isNodeIn(node, pool.request))
    if (own.length >= pool.request.count) return { kind: 'joined' }
    try {
      return await withBudget(ports, ASK_MS, slow, (signal) => ask(pool, signal))
    } catch (error) {
      ports.signal.throwIfAborted()
      if (!(error instanceof KaitoError)) throw error
      return { kind: 'unknown', why: error.message }
    }
  }
}

async function openHere(id: CloudId, ports: Ports): Promise<CloudPort | undefined> {
  const nodes = await ifPermitted(ports.kube.list(KINDS.node, { signal: ports.signal }))
  return openCloud(id, providerIdsOf(nodes ?? []), {}, ports)
}

function slow(): KaitoError {
  return new KaitoError({
    code: 'UNAVAILABLE',
    phase: 'watch',
    message: `no answer within ${ASK_MS / 1_000} s`,
    hint: '',
  })
}
