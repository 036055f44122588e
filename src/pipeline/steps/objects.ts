/** Objects → cluster: only what differs is written, then what left the set is pruned. */

import { ownedBy } from '#cluster/apply/membership.ts'
import { memberKinds, typeOf } from '#core/objects/kinds.ts'
import { formatRef, type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { intentOf, type RootState } from '#core/state/root.ts'
import type { Prepared } from '../prepared.ts'
import type { RootWriter } from './root.ts'
import type { Acting, Place, Seen, Step } from './step.ts'

export interface Applying {
  prepared: Prepared
  root: RootWriter
  /** Take over fields that another manager owns. */
  force: boolean
}

/** @param stateOf the root's state once all of it is applied. */
export function objectsStep(applying: Applying, stateOf: (seen: Seen) => RootState, place: Place): Step {
  const { prepared, root } = applying
  return {
    ...place,
    name: 'objects',
    judge: ({ learned }) =>
      learned.root === undefined ? { is: 'due', because: 'the set has not been compared in this run' } : { is: 'done' },
    async act(seen, ports) {
      const state = stateOf(seen)
      const applied = await applyChanges(applying, state, ports)
      const stored = await root.write(state, prepared.members.map(typeOf))
      return { root: stored, stored: [...applied, stored] }
    },
  }
}

async function applyChanges(
  { prepared, root, force }: Applying,
  state: RootState,
  { kube, signal, emit, halted }: Acting,
): Promise<KubeObject[]> {
  const { changes, companions, generated, members, prunable } = prepared
  const differing = new Set(changes.filter((c) => c.change !== 'unchanged').map((c) => formatRef(c.ref)))
  const isPending = differing.size > 0 || prunable.length > 0
  // The parent must list a kind before a member of it exists, so that a killed run can still be pruned.
  const parent = isPending
    ? await root.write(intentOf(state, prepared.facts.root?.state), memberKinds(prepared))
    : root.current()
  const stored: KubeObject[] = []
  for (const object of [...companions, ...ownedBy([...generated, ...members], parent)]) {
    halted.throwIfAborted()
    const ref = refOf(object)
    if (differing.has(formatRef(ref))) stored.push(await kube.apply(object, { signal, force }))
    const change = changes.find((c) => formatRef(c.ref) === formatRef(ref))?.change ?? 'configured'
    emit({ type: 'object.applied', phase: 'apply', object: ref, change })
  }
  for (const ref of prunable) {
    halted.throwIfAborted()
    await kube.delete(ref, { signal })
    emit({ type: 'object.applied', phase: 'apply', object: ref, change: 'pruned' })
  }
  return stored
}
