/** Takes away a node pool, and what it leaves behind, until the cloud says that it is gone. */
import type { CloudPort, Submitted } from '#clouds/cloud.ts'
import type { Leftover, NodePool, PoolOwner } from '#core/cloud/node-pool.ts'
import type { KaitoError } from '#core/errors.ts'
import type { Ports } from '../ports.ts'
import { type Ended, followOperation } from './follow-operation.ts'

type Telling = Pick<Ports, 'clock' | 'signal' | 'emit'>

/** What the cloud was doing with the pool ends, and it is asked again; three times is more than chance. */
const ROUNDS = 3

type GoneStanding = { is: 'done' } | { is: 'due' } | { is: 'hopeless'; error: KaitoError }

/** Ends as well when the pool is there all the same: the caller looks. */
export async function removePool(pool: NodePool, cloud: CloudPort, ports: Telling): Promise<void> {
  const tell = (state: string): void =>
    ports.emit({ type: 'step.progress', phase: 'destroy', subject: `node pool ${pool.name}`, state })
  for (let round = 1; round <= ROUNDS; round++) {
    const submitted = await cloud.submit({ kind: 'delete', name: pool.name }, ports.signal)
    if (submitted.rawState !== undefined) tell(submitted.rawState)
    if (submitted.outcome === 'gone') return
    const ended = await followOperation(pool, submitted.token, cloud, tell, ports)
    const standing = judgeGone(submitted, ended)
    if (standing.is === 'hopeless') throw standing.error
    if (standing.is === 'due') continue
    if (ended.state === 'gone') tell(ended.rawState)
    return
  }
}

/** @param ended what was followed since the delete was submitted. */
export function judgeGone({ outcome }: Pick<Submitted, 'outcome'>, ended: Ended): GoneStanding {
  if (ended.state === 'gone') return { is: 'done' }
  // No cloud deletes a pool that it is still making or changing, however that ends.
  if (outcome === 'following') return { is: 'due' }
  return ended.state === 'failed' ? { is: 'hopeless', error: ended.failure } : { is: 'done' }
}

/** What is there after all is returned. */
export async function removeLeftovers(
  owner: PoolOwner,
  { leftovers }: CloudPort,
  { signal, emit }: Telling,
): Promise<Leftover[]> {
  if (leftovers === undefined) return []
  for (const leftover of await leftovers.find(owner, signal)) {
    await leftovers.remove(leftover, signal)
    emit({ type: 'step.progress', phase: 'destroy', subject: `${leftover.kind} ${leftover.name}`, state: 'removed' })
  }
  return leftovers.find(owner, signal)
}
