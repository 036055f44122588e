/** Takes away a node pool, and what it leaves behind, until the cloud says that it is gone. */
import type { CloudPort, Submitted } from '#clouds/cloud.ts'
import type { Leftover, NodePool, PoolOwner } from '#core/cloud/node-pool.ts'
import type { KaitoError } from '#core/errors.ts'
import type { Standing } from '#core/status/standing.ts'
import type { Ports } from '../ports.ts'
import {
  asked,
  type Ended,
  following,
  isEnded,
  type PoolProgress,
  poolLearned,
  ROUNDS,
  standingOfBusy,
} from './pool-progress.ts'
import { actsOnce, type Learned, type Place, type Step } from './step.ts'

/** @param stillThere what it means when the cloud has it all the same, or has said why it cannot take it away. */
export function poolGoneStep(
  pool: NodePool,
  cloud: CloudPort,
  stillThere: (pool: NodePool, cause: unknown) => KaitoError,
  place: Place,
): Step {
  const { name } = pool
  const tell = (state: string, { emit }: Pick<Ports, 'emit'>): void =>
    emit({ type: 'step.progress', phase: 'destroy', subject: `node pool ${name}`, state })
  const because = async <T>(work: Promise<T>, { signal }: Ports): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw signal.aborted ? signal.reason : stillThere(pool, error)
    }
  }
  const submit = async (before: PoolProgress | undefined, ports: Ports): Promise<Learned> => {
    const submitted = await because(cloud.submit({ kind: 'delete', name }, ports.signal), ports)
    return poolLearned(
      name,
      asked(before, submitted, (state) => tell(state, ports)),
    )
  }
  return {
    ...place,
    name: goneStepName(pool),
    judge({ learned }) {
      const standing = standingOf(learned.pools?.[name])
      if (standing.is === 'hopeless') return { ...standing, error: stillThere(pool, standing.error) }
      if (standing.is !== 'moving' || standing.giveUp === undefined) return standing
      const { after, error } = standing.giveUp
      return { ...standing, giveUp: { after, error: stillThere(pool, error) } }
    },
    act: ({ learned }, ports) => submit(learned.pools?.[name], ports),
    async look({ learned }, ports) {
      const progress = learned.pools?.[name]
      if (progress === undefined) return {}
      const { submitted, operation } = progress
      if (submitted.outcome === 'busy') return submit(progress, ports)
      if (submitted.outcome === 'gone' || (operation !== undefined && isEnded(operation))) {
        const still = await cloud.getPool(name, ports.signal)
        if (still !== undefined) throw stillThere(still, undefined)
        return poolLearned(name, { ...progress, isProved: true })
      }
      const next = await because(cloud.poll(pool, submitted.token, ports.signal), ports)
      if (next.state === 'running' || next.state === 'gone') tell(next.rawState, ports)
      return poolLearned(name, { ...progress, operation: next })
    },
  }
}

export function goneStepName({ name }: Pick<NodePool, 'name'>): string {
  return `pool ${name} gone`
}

function standingOf(progress: PoolProgress | undefined): Standing {
  if (progress === undefined) return { is: 'due', because: 'the cloud has not been asked to take it away' }
  const { submitted, operation, rounds, isProved } = progress
  if (isProved) return { is: 'done' }
  const busy = standingOfBusy(progress)
  if (busy !== undefined) return busy
  const proof: Standing = { is: 'moving', says: 'gone', stage: 'proof', ask: { ms: 0 } }
  if (submitted.outcome === 'gone') return proof
  if (operation === undefined || !isEnded(operation)) return following(operation)
  const standing = judgeGone(submitted, operation)
  const isToProve = standing.is === 'done' || (standing.is === 'due' && rounds >= ROUNDS)
  return isToProve ? proof : standing
}

/** @param ended what was followed since the delete was submitted. */
export function judgeGone({ outcome }: Pick<Submitted, 'outcome'>, ended: Ended): Exclude<Standing, { is: 'moving' }> {
  if (ended.state === 'gone') return { is: 'done' }
  // No cloud deletes a pool that it is still making or changing, however that ends.
  if (outcome === 'following') return { is: 'due', because: 'what the cloud was doing with it has ended' }
  return ended.state === 'failed' ? { is: 'hopeless', error: ended.failure } : { is: 'done' }
}

/** @param stillBills what it means when one of them is there after all. */
export function leftoversStep(
  owner: PoolOwner,
  cloud: CloudPort,
  stillBills: (leftover: Leftover) => KaitoError,
  place: Place,
): Step {
  const remove: Step['act'] = async (_, ports) => {
    const [first] = await removeLeftovers(owner, cloud, ports)
    if (first !== undefined) throw stillBills(first)
    return {}
  }
  return actsOnce('leftovers', 'nobody has looked for them', remove, place)
}

/** What is there after all is returned. */
async function removeLeftovers(
  owner: PoolOwner,
  { leftovers }: CloudPort,
  { signal, emit }: Pick<Ports, 'signal' | 'emit'>,
): Promise<Leftover[]> {
  if (leftovers === undefined) return []
  for (const leftover of await leftovers.find(owner, signal)) {
    await leftovers.remove(leftover, signal)
    emit({ type: 'step.progress', phase: 'destroy', subject: `${leftover.kind} ${leftover.name}`, state: 'removed' })
  }
  return leftovers.find(owner, signal)
}
