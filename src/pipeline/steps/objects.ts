/** Objects → cluster: only what differs is written, then what left the set is pruned. */

import { ownedBy } from '#cluster/apply/membership.ts'
import { memberKinds, rowOf, typeOf } from '#core/objects/kinds.ts'
import { formatRef, type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { intentOf, type RootState } from '#core/state/root.ts'
import type { Prepared } from '../prepared.ts'
import type { RootWriter } from './root.ts'
import { type Acting, actsOnce, hasActed, type Learned, type Place, type Seen, type Step } from './step.ts'

export interface Applying {
  prepared: Prepared
  root: RootWriter
  /** Take over fields that another manager owns. */
  force: boolean
}

/** @param stateOf the root's state once all of it is applied. */
export function objectsStep(applying: Applying, stateOf: (seen: Seen) => RootState, place: Place): Step {
  const { prepared, root } = applying
  const apply = async (seen: Seen, ports: Acting): Promise<Learned> => {
    const state = stateOf(seen)
    const isGrounded = hasActed(seen.learned, GROUNDWORK)
    const applied = await applyChanges(applying, { state, isGrounded }, ports)
    const stored = await root.write(state, prepared.members.map(typeOf))
    return { root: stored, stored: [...applied, stored] }
  }
  return actsOnce('objects', 'the set has not been compared in this run', apply, place)
}

const GROUNDWORK = 'groundwork'

/**
 * While the cloud makes the pool: what starts no pod and, as nothing of it is there yet, changes nothing that serves. It waits until
 * the cloud has taken the request: of one that is refused nothing is left.
 */
export function groundworkStep({ prepared, root, force }: Applying, pool: string, place: Place): Step {
  return {
    ...place,
    name: GROUNDWORK,
    judge({ learned }) {
      if (hasActed(learned, GROUNDWORK)) return { is: 'done' }
      const progress = learned.pools?.[pool]
      // One that is going is asked for when it is gone, and a cloud that is busy when it is no longer.
      const isTaken = progress?.isKept === true && !['deleting', 'busy'].includes(progress.submitted.outcome)
      return isTaken ? { is: 'due', because: 'it needs no node' } : { is: 'moving', says: '', stage: 'refusal' }
    },
    act: async (_, ports) => ({
      stored: await applyEach(ownedBy(groundOf(prepared), root.current()), prepared, force, ports),
    }),
  }
}

/** What can be made before there is a node. */
export function groundOf({ members, changes }: Prepared): KubeObject[] {
  const created = new Set(changes.filter(({ change }) => change === 'created').map(({ ref }) => formatRef(ref)))
  return members.filter((object) => rowOf(object)?.startsNothing === true && created.has(formatRef(refOf(object))))
}

async function applyChanges(
  { prepared, root, force }: Applying,
  { state, isGrounded }: { state: RootState; isGrounded: boolean },
  ports: Acting,
): Promise<KubeObject[]> {
  const { changes, companions, generated, members, prunable } = prepared
  const isPending = changes.some(({ change }) => change !== 'unchanged') || prunable.length > 0
  // The parent must list a kind before a member of it exists, so that a killed run can still be pruned.
  const parent = isPending
    ? await root.write(intentOf(state, prepared.facts.seen.root?.state), memberKinds(prepared))
    : root.current()
  const ground = isGrounded ? groundOf(prepared) : []
  const own = ownedBy([...generated, ...members.filter((object) => !ground.includes(object))], parent)
  const stored = await applyEach([...companions, ...own], prepared, force, ports)
  for (const ref of prunable) {
    ports.halted.throwIfAborted()
    await ports.kube.delete(ref, { signal: ports.signal })
    ports.emit({ type: 'object.applied', phase: 'apply', object: ref, change: 'pruned' })
  }
  return stored
}

/** As they are stored: what differs is written, and of all it is told. */
async function applyEach(
  objects: readonly KubeObject[],
  { changes }: Prepared,
  force: boolean,
  { kube, signal, emit, halted }: Acting,
): Promise<KubeObject[]> {
  const stored: KubeObject[] = []
  for (const object of objects) {
    halted.throwIfAborted()
    const ref = refOf(object)
    const planned = changes.find((each) => formatRef(each.ref) === formatRef(ref))
    if (planned !== undefined && planned.change !== 'unchanged')
      stored.push(await kube.apply(object, { signal, force }))
    emit({ type: 'object.applied', phase: 'apply', object: ref, change: planned?.change ?? 'configured' })
  }
  return stored
}
