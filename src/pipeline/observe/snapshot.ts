/** The workspaces of a namespace, or of all, as they are now: one round of lists, then what these leave open. */
import { hasCode } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { leaseName } from '#core/objects/labels.ts'
import { computeStatus } from '#core/status/compute.ts'
import { isPodReady } from '#core/status/rollout.ts'
import type { Snapshot } from '#core/status/snapshot.ts'
import type { Ports } from '../ports.ts'
import { timeOf } from '../time/pace.ts'
import { createBeside } from './beside/beside.ts'
import { createMemory, keysIn, type Memory } from './memory.ts'
import { questionFor, type Scope, type SeenId } from './seen-kinds.ts'

/** What only tells more of what is not as it should be. */
export const ON_DEMAND: readonly SeenId[] = ['replicaSets', 'events']

/** What any look lists. */
export function listedIn({ kinds }: Memory): SeenId[] {
  return Object.keys(kinds).filter((id) => !ON_DEMAND.includes(id))
}

export async function readSnapshots(scope: Scope, ports: Ports): Promise<Snapshot[]> {
  const memory = createMemory(() => timeOf(ports), ports.workloads)
  // The runs first: what one wrote before its end is seen then.
  await readLeases(memory, scope, ports)
  const ids = listedIn(memory).filter((id) => id !== 'leases')
  await Promise.all(ids.map((id) => listInto(memory, id, scope, ports)))
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
  const { kind, options } = questionFor(memory.kindOf(id), scope)
  await learnFrom(kube.list(kind, { ...options, signal }), id, memory)
}

async function learnFrom(read: Promise<KubeObject[]>, id: SeenId, memory: Memory): Promise<void> {
  try {
    for (const object of await read) memory.learn(id, object)
  } catch (error) {
    if (!hasCode(error, 'PERMISSION_DENIED') || memory.kindOf(id).isOptional !== true) throw error
    memory.hide(id, error)
  }
}

/** Something is not as it should be, and events may tell why. */
export function needsMore(memory: Memory): boolean {
  const workers = memory.workloads.flatMap(({ worker }) => memory.all(worker.plural))
  const isMoving = workers.some((worker) => computeStatus(worker).status !== 'Current')
  return isMoving || !memory.all('pods').every(isPodReady)
}
