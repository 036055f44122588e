/** Waits for a workspace that exists until it answers, or cannot any more: the second half of a deploy. */
import { advice, kaito } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { refOf } from '#core/objects/kube-object.ts'
import { atWork, isDelete } from '#core/status/before-rollout.ts'
import { type Existence, existenceOf } from '#core/status/chain.ts'
import { isPodReady } from '#core/status/rollout.ts'
import { runOf, type Snapshot, wantedReplicas } from '#core/status/snapshot.ts'
import type { Verification, WorkspaceStatus } from '#core/status/workspace-status.ts'
import { engineServing } from '#core/workspace/engine-traits.ts'
import { readAccess } from '../observe/api-key.ts'
import { createBeside } from '../observe/beside.ts'
import { cut, type Key, type Scope } from '../observe/memory.ts'
import { readSnapshots } from '../observe/snapshot.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import { openWatches, type Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { ASLEEP, verifyEndpoint } from '../steps/endpoint.ts'
import { type Followed, followRollout, ROLLOUT_KINDS } from '../steps/rollout.ts'
import { inPhase } from '../time/budget.ts'
import { inPace, later } from '../time/pace.ts'
import { untilChange } from '../time/until.ts'
import { enginePorts } from '../use/address.ts'
import { answerFrom, type StatusAnswer } from './status.ts'

/** Whether a run that has stopped to renew its Lease is over shows with time alone. */
const LOOK_MS = 2_000
const LEAST_LOOK_MS = 250

export async function awaitReady(objectName: string, namespace: string, ports: Ports): Promise<StatusAnswer> {
  const scope = { objectName, namespace }
  const watches = openWatches(scope, ports)
  try {
    // The runs first: one that ends while the rest is listed has been seen then.
    await watches.open('leases')
    return await awaitIn(watches, scope, ports)
  } finally {
    await watches.close()
  }
}

async function awaitIn(watches: Watches, scope: NamedScope, ports: Ports): Promise<StatusAnswer> {
  const { objectName, namespace } = scope
  const key = { name: objectName, namespace }
  const beside = createBeside(ports)
  const look = createLook(key, () => beside.of(key, watches.memory, ['run']), ports)
  await look.begin()
  await watches.open('maps', 'services', 'nodes', ...ROLLOUT_KINDS)
  if (!(await look()).isApplied) await inPhase(ports, 'watch', 'run', () => untilApplied(look, watches, ports))
  const followed: Followed = {
    key,
    watches,
    look: async () => (await look()).seen,
    again: (seen) => (existenceOf(seen).is === 'busy' ? nextLook(ports) : undefined),
  }
  await inPhase(ports, 'watch', 'start', () => followRollout(followed, undefined, ports))
  const verifications = await inPhase(ports, 'verify', 'verify', () => verify(cut(watches.memory, key), ports))
  const answer = await answerFrom(
    [await beside.of(key, watches.memory, ['run', 'pool'])],
    { ...scope, deep: false },
    ports,
  )
  return { ...answer, workspaces: answer.workspaces.map((status): WorkspaceStatus => ({ ...status, verifications })) }
}

type NamedScope = Scope & { objectName: string; namespace: string }

/** A deploy that is at work will apply it; a delete will take it away. */
async function untilApplied(look: Look, watches: Watches, ports: Ports): Promise<void> {
  for (;;) {
    const change = watches.changed()
    change.catch(() => undefined)
    if ((await look()).isApplied) return
    await untilChange(change, [nextLook(ports)], ports)
  }
}

async function verify(seen: Snapshot, ports: Ports): Promise<Verification[]> {
  const { name: objectName, namespace, root, deployment, services } = seen
  if (wantedReplicas(seen) === 0) return [ASLEEP]
  const { servedModelName = '', apiKeySecret } = root?.state.lock ?? {}
  const engine = engineServing(root?.state.spec.annotations, ports.engines)
  const where = enginePorts([...services, ...(deployment === undefined ? [] : [deployment])], engine)
  const access = await readAccess(apiKeySecret, namespace, ports)
  const pods = seen.pods.filter(isPodReady).map(refOf)
  return verifyEndpoint({ objectName, namespace, servedModelName, pods, access, ...where }, ports)
}

interface Look {
  (): Promise<{ seen: Snapshot; isApplied: boolean }>
  /** Only of the run: the rest has not been listed yet. */
  begin(): Promise<void>
}

/** Throws NOT_FOUND when it is not there, or was deleted, or nobody is going to apply it. */
function createLook(key: Key, read: () => Promise<Snapshot>, ports: Ports): Look {
  let told = ''
  let isDeleted = false
  const note = (busy: string, isDelete: boolean): void => {
    isDeleted ||= isDelete
    if (busy !== told) tell(key, busy, ports)
    told = busy
  }
  const look = async () => {
    const seen = await read()
    const existence = existenceOf(seen)
    if (existence.is === 'busy') note(existence.says, existence.isDelete)
    else if (existence.is !== 'applied') await refuse(key, isDeleted, ports)
    return { seen, isApplied: existence.is === 'applied' }
  }
  const begin = async (): Promise<void> => {
    const run = runOf(await read())
    const busy = atWork(run)
    if (busy !== undefined && isDelete(run)) note(busy, true)
  }
  return Object.assign(look, { begin })
}

/** Watches of several kinds come in no order: what looks left behind is looked at once more. */
async function refuse(key: Key, isDeleted: boolean, ports: Ports): Promise<void> {
  const { name, namespace } = key
  const [seen] = await readSnapshots({ objectName: name, namespace }, ports)
  const existence: Existence = seen === undefined ? { is: 'unknown' } : existenceOf(seen)
  if (existence.is === 'unknown') throw isDeleted ? deleted(key) : await unknownWorkspace(name, namespace, ports)
  if (existence.is === 'left') throw leftBehind(key, isDeleted ? HALF_DELETED : WHY_LEFT[existence.why])
}

function nextLook(ports: Ports): Date {
  return later(inPace(LOOK_MS, ports, LEAST_LOOK_MS), ports)
}

function tell({ name, namespace }: Key, message: string, ports: Ports): void {
  const object = { kind: 'Workspace', name, namespace }
  ports.emit({ type: 'object.status', phase: 'watch', object, status: 'InProgress', message })
}

function deleted({ name, namespace }: Key): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${name} in namespace ${namespace} was deleted.`,
    hint: advice`List what is there: ${kaito('status', { settings: { allNamespaces: true } })}`,
    resource: { kind: 'Workspace', name, namespace },
  })
}

const HALF_DELETED = 'is half deleted: its delete has ended before that'
const WHY_LEFT: Record<Extract<Existence, { is: 'left' }>['why'], string> = {
  'its Deployment is gone': 'has lost its Deployment',
  'never applied': 'was never applied: its deploy has ended before that',
}

function leftBehind({ name, namespace }: Key, why: string): KaitoError {
  const undo = kaito('delete', { workspace: name, namespace, settings: { yes: true } })
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${name} in namespace ${namespace} ${why}.`,
    hint: advice`Run the same deploy again, it goes on from there; or take it away: ${undo}`,
    resource: { kind: 'Workspace', name, namespace },
  })
}
