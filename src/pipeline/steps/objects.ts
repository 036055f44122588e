/** Objects → cluster: only what differs is written, then what left the set is pruned. */

import { ownedBy } from '#cluster/apply/membership.ts'
import { memberKinds } from '#core/objects/kinds.ts'
import { formatRef, type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { intentOf } from '#core/state/root.ts'
import type { Ports } from '../ports.ts'
import type { Prepared } from '../prepared.ts'
import type { RootWriter } from './root.ts'

/** Returns the root as it is stored afterwards. */
export async function applyChanges(
  prepared: Prepared,
  root: RootWriter,
  force: boolean,
  ports: Ports,
): Promise<KubeObject> {
  const { changes, companions, generated, members, prunable, state } = prepared
  const differing = new Set(changes.filter((c) => c.change !== 'unchanged').map((c) => formatRef(c.ref)))
  const isPending = differing.size > 0 || prunable.length > 0
  const kinds = memberKinds(prepared)
  // The parent must list a kind before a member of it exists, so that a killed run can still be pruned.
  const parent = isPending ? await root.write(intentOf(state, prepared.facts.root?.state), kinds) : root.current()
  const owned = ownedBy([...generated, ...members], parent)
  for (const object of [...companions, ...owned]) {
    const ref = refOf(object)
    const isDifferent = differing.has(formatRef(ref))
    if (isDifferent) await ports.kube.apply(object, { signal: ports.signal, force })
    const change = changes.find((c) => formatRef(c.ref) === formatRef(ref))?.change ?? 'configured'
    ports.emit({ type: 'object.applied', phase: 'apply', object: ref, change })
  }
  for (const ref of prunable) {
    await ports.kube.delete(ref, { signal: ports.signal })
    ports.emit({ type: 'object.applied', phase: 'apply', object: ref, change: 'pruned' })
  }
  return root.write(
    state,
    members.map(({ apiVersion, kind }) => ({ apiVersion, kind })),
  )
}
