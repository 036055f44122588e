/** What the cluster would refuse when machines are paid for already: asked before anything is made, and nothing where nothing new is. */
import type { KaitoError } from '#core/errors.ts'
import { formatRight, type Right } from '#core/objects/rights.ts'
import type { Ports } from '../ports.ts'
import type { Prepared } from '../prepared.ts'
import { createPluginCheck } from './device-plugin.ts'
import { createRoomCheck } from './namespace-room.ts'

/** What is refused of one workspace. */
export type ClusterCheck = (prepared: Prepared, ports: Ports) => Promise<readonly KaitoError[]>

/** Of one run, whose workspaces want room beside each other. */
export function createClusterCheck(): ClusterCheck {
  const checks = [createPluginCheck(), createRoomCheck()]
  return async (prepared, ports) => {
    const found = await Promise.all(checks.map((check) => check(prepared, ports)))
    const unseen = found.flatMap((each) => each.unseen)
    if (unseen.length > 0) tellUnseen(unseen, prepared, ports)
    return found.flatMap((each) => each.refusals)
  }
}

function tellUnseen(unseen: readonly Right[], { plan: { namespace } }: Prepared, { emit }: Ports): void {
  const rights = unseen.map((right) => formatRight(right, namespace)).join(', ')
  const message = `Whether the cluster will take the pods could not be checked in full: this identity ${rights}.`
  emit({ type: 'warning', phase: 'plan', code: 'cluster-not-checked', message })
}
