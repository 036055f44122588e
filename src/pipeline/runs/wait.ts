/** Waits for a workspace that exists until it answers, or cannot any more: the second half of a deploy. */
import { advice, kaito, sentence } from '#core/advice.ts'
import { type ErrorCode, KaitoError } from '#core/errors.ts'
import { atWork, isDelete, judgeBeforeRollout } from '#core/status/before-rollout.ts'
import { beforeRollout, existenceOf, nextFor } from '#core/status/chain.ts'
import { runOf, type Snapshot, wantedReplicas } from '#core/status/snapshot.ts'
import type { WorkspaceStatus } from '#core/status/workspace-status.ts'
import { createBeside } from '../observe/beside/beside.ts'
import type { Key } from '../observe/memory.ts'
import { followedIn, type SeenId } from '../observe/seen-kinds.ts'
import { readSnapshots } from '../observe/snapshot.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import { openWatches, type Watches } from '../observe/watch.ts'
import type { Ports } from '../ports.ts'
import { endpointStep, verificationsOf } from '../steps/endpoint.ts'
import { rolloutStep } from '../steps/rollout.ts'
import type { Step } from '../steps/step.ts'
import { drive } from './drive.ts'
import { deleteCommand } from './left-behind.ts'
import { answerFrom, type StatusAnswer, targetOfSeen } from './status.ts'

/** Whether a run that has stopped to renew its Lease is over shows with time alone. */
const LOOK_MS = 2_000
/** What looks left behind is looked at once more, and that again only when a watch has had its time. */
const AGAIN_MS = 250
const ENDED: ReadonlySet<ErrorCode> = new Set(['TIMED_OUT', 'INTERRUPTED'])

export async function awaitReady(objectName: string, namespace: string, ports: Ports): Promise<StatusAnswer> {
  const watches = openWatches({ objectName, namespace }, ports)
  try {
    // The runs first: one that ends while the rest is listed has been seen then.
    await watches.open('leases')
    watches.follow(['leases'])
    return await awaitIn(watches, { name: objectName, namespace }, ports)
  } finally {
    await watches.close()
  }
}

async function awaitIn(watches: Watches, key: Key, ports: Ports): Promise<StatusAnswer> {
  const { name: objectName, namespace } = key
  const beside = createBeside(ports)
  const look = () => beside.of(key, watches.memory, ['run'])
  const { kinds } = watches.memory
  const steps = [
    runStep(
      key,
      Object.keys(kinds).filter((id) => id !== 'leases'),
      await look(),
    ),
    rolloutStep(key, undefined, followedIn(kinds, ports.workloads), {
      needs: ['run'],
      told: { phase: 'watch', title: 'start' },
    }),
    endpointStep(async (seen) => (wantedReplicas(seen) === 0 ? undefined : targetOfSeen(seen, ports)), {
      needs: ['rollout'],
      told: { phase: 'verify', title: 'verify' },
    }),
  ]
  const driven = drive(steps, { look, watches }, ports).catch(async (error: unknown) => {
    // Its own end is answered by the same command again; what has failed, by a deploy.
    if (!(error instanceof KaitoError) || ENDED.has(error.code)) throw error
    throw error.with({ hint: nextFor(error, await look()) })
  })
  const verifications = verificationsOf(await driven)
  const seen = await beside.of(key, watches.memory, ['run', 'pool'])
  const answer = await answerFrom([seen], { objectName, namespace, deep: false }, ports)
  return { ...answer, workspaces: answer.workspaces.map((status): WorkspaceStatus => ({ ...status, verifications })) }
}

/**
 * A deploy that is at work will apply it; a delete will take it away. Ends with NOT_FOUND when it is not there, or was
 * deleted, or nobody is going to apply it.
 * @param first only of its run: the rest has not been listed yet.
 */
function runStep(key: Key, kinds: readonly SeenId[], first: Snapshot): Step {
  const object = { kind: 'Workspace', ...key }
  let isDeleted = isDeleteAtWork(first)
  return {
    name: 'run',
    needs: [],
    isLasting: true,
    told: { phase: 'watch', title: 'run', isOnlyIfWaited: true },
    kinds,
    mayMiss: ['nodes', 'events'],
    judge(seen) {
      const existence = existenceOf(seen)
      if (existence.is === 'applied') return { is: 'done' }
      if (existence.is === 'busy')
        return { is: 'moving', says: existence.says, stage: 'run', ask: { clusterMs: LOOK_MS } }
      return { is: 'moving', says: '', stage: 'run', ask: { ms: AGAIN_MS } }
    },
    tell(_, seen) {
      isDeleted ||= isDeleteAtWork(seen)
    },
    say: (message, _, { emit }) =>
      emit({ type: 'object.status', phase: 'watch', object, status: 'InProgress', message }),
    async look(seen, ports) {
      const { is } = existenceOf(seen)
      if (is === 'unknown' || is === 'left') await refuse(key, isDeleted, ports)
      return {}
    },
  }
}

function isDeleteAtWork(seen: Snapshot): boolean {
  const run = runOf(seen)
  return atWork(run) !== undefined && isDelete(run)
}

/** Watches of several kinds come in no order: what looks left behind is looked at once more. */
async function refuse(key: Key, isDeleted: boolean, ports: Ports): Promise<void> {
  const { name, namespace } = key
  const [seen] = await readSnapshots({ objectName: name, namespace }, ports)
  const existence = seen === undefined ? undefined : existenceOf(seen)
  if (seen === undefined || existence?.is === 'unknown')
    throw isDeleted ? deleted(key) : await unknownWorkspace(name, namespace, ports)
  if (existence?.is === 'left') throw leftBehind(seen)
}

function deleted({ name, namespace }: Key): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${name} in namespace ${namespace} was deleted.`,
    hint: advice`List workspaces: ${kaito('status', { settings: { allNamespaces: true } })}`,
    resource: { kind: 'Workspace', name, namespace },
  })
}

/** In the words of its status. */
function leftBehind(seen: Snapshot): KaitoError {
  const { name, namespace } = seen
  const { says, next } = judgeBeforeRollout(beforeRollout(seen, deleteCommand(name, namespace)))
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${name} in namespace ${namespace}: ${says}.`,
    hint: next === undefined ? '' : sentence(next),
    resource: { kind: 'Workspace', name, namespace },
  })
}
