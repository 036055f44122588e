/** The workspaces of a namespace, or of all, as they are now: one round of lists, then what these leave open. */
import { KaitoError } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { leaseName } from '#core/objects/labels.ts'
import { computeStatus } from '#core/status/compute.ts'
import { isPodReady } from '#core/status/rollout.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Ports } from '../ports.ts'
import { timeOf } from '../time/pace.ts'
import { createBeside } from './beside.ts'
import { createMemory, keysIn, type Memory, questionFor, type Scope, SEEN_KINDS, type SeenId } from './memory.ts'

/** What only tells more of what is not as it should be. */
export const ON_DEMAND: readonly SeenId[] = ['replicaSets', 'events']

/** What any look lists. */
export const LISTED = (Object.keys(SEEN_KINDS) as SeenId[]).filter((id) => !ON_DEMAND.includes(id))

export async function readSnapshots(scope: Scope, ports: Ports): Promise<Snapshot[]> {
  const memory = createMemory(() => timeOf(ports))
  // The runs first: what one wrote before its end is seen then.
  await readLeases(memory, scope, ports)
  await Promise.all(LISTED.filter((id) => id !== 'leases').map((id) => listInto(memory, id, scope, ports)))
  if (needsMore(memory)) await Promise.all(ON_DEMAND.map((id) => listInto(memory, id, scope, ports)))
  const beside = createBeside(ports)
  return Promise.all(keysIn(memory).map((key) => beside.of(key, memory, ['run', 'pool'])))
}

/** That of one workspace may be read where its kind may not be listed. */
async function readLeases(memory: Memory, scope: Scope, ports: Ports): Promise<void> {
  const { objectName, namespace } = scope
  if (objectName === undefined || namespace === undefined) return listInto(memory, 'leases', scope, ports)
  const lease = ports.kube.get(refTo(KINDS.lease, leaseName(objectName), namespace), ports.signal)
  await learnFrom(
    lease.then((found) => (found === undefined ? [] : [found])),
    'leases',
    memory,
  )
}

async function listInto(memory: Memory, id: SeenId, scope: Scope, { kube, signal }: Ports): Promise<void> {
  const { kind, options } = questionFor(id, scope)
  await learnFrom(kube.list(kind, { ...options, signal }), id, memory)
}

async function learnFrom(read: Promise<KubeObject[]>, id: SeenId, memory: Memory): Promise<void> {
  try {
    for (const object of await read) memory.learn(id, object)
  } catch (error) {
    const isRefused = error instanceof KaitoError && error.code === 'PERMISSION_DENIED'
    if (!isRefused || !('isOptional' in SEEN_KINDS[id])) throw error
    memory.hide(id, error)
  }
}

/** Something is not as it should be, and events may tell why. */
export function needsMore(memory: Memory): boolean {
  const isMoving = memory.all('deployments').some((deployment) => computeStatus(deployment).status !== 'Current')
  return isMoving || !memory.all('pods').every(isPodReady)
}
