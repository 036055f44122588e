/** Where a workspace stands on its way: the one verdict that all who look at it share. */

import { type Advice, advice, type Command } from '../advice.ts'
import type { KaitoError } from '../errors.ts'
import { deployCommand, redeploying } from '../redeploy.ts'
import { atWork, type BeforeRollout, isDelete, judgeBeforeRollout, sayBefore } from './before-rollout.ts'
import { moveStory, withMove } from './move/story.ts'
import { rolloutStanding } from './rollout-standing.ts'
import { runOf, type Snapshot, standingWorker, wantedReplicas } from './snapshot.ts'
import type { WorkspaceStatus } from './workspace-status.ts'

type Phase = Pick<WorkspaceStatus, 'phase' | 'message' | 'next'>

/** @param deleteCommand to copy. */
export function phaseOf(seen: Snapshot, now: Date, deleteCommand: Command): Phase {
  const run = runOf(seen)
  const busy = atWork(run)
  if (standingWorker(seen) === undefined) {
    const verdict = judgeBeforeRollout(beforeRollout(seen, deleteCommand))
    return { phase: verdict.phase, message: sayBefore(verdict) }
  }
  const judged = phaseOfRollout(seen, now)
  const story = moveStory(seen, busy !== undefined)
  const { phase, message, next = story?.next } = { ...judged, message: withMove(judged.message, story) }
  if (busy === undefined) return { phase, message, ...(next === undefined ? {} : { next }) }
  return isDelete(run) ? { phase: 'Progressing', message: busy } : { phase, message: advice`${message}; ${busy}` }
}

function phaseOfRollout(seen: Snapshot, now: Date): Phase {
  if (wantedReplicas(seen) === 0) return { phase: 'Stopped', message: 'scaled to 0' }
  const standing = rolloutStanding(seen, now)
  if (standing.is === 'done') return { phase: 'Ready', message: seen.work.readySays }
  if (standing.is === 'hopeless')
    return { phase: 'Failed', message: standing.error.message, next: nextFor(standing.error, seen) }
  return { phase: 'Progressing', message: standing.says }
}

/** It is read by somebody who deploys nothing just now. */
export function nextFor({ hint }: KaitoError, { name, namespace, root }: Snapshot): Advice {
  const deploy = deployCommand(root?.state.spec, { workspace: name, namespace })
  return deploy === undefined ? hint : redeploying(hint, deploy)
}

/** What is judged of a workspace whose work has no object, or none any more. */
export function beforeRollout(seen: Snapshot, deleteCommand: Command): BeforeRollout {
  const state = seen.root?.state
  return {
    run: runOf(seen),
    fact: seen.pool,
    pool: state?.pool?.request,
    nodes: seen.nodes,
    wasApplied: state?.setHash !== undefined,
    worker: seen.work.worker.kind,
    deleteCommand,
  }
}

/** Is there anything to wait for? `applied`: its pods; `busy`: a run that goes on; else nobody is going to make it. */
export type Existence =
  | { is: 'applied' }
  | { is: 'busy'; says: string; isDelete: boolean }
  | { is: 'unknown' }
  | { is: 'left' }

export function existenceOf(seen: Snapshot): Existence {
  const run = runOf(seen)
  const busy = atWork(run)
  const isDeleted = busy !== undefined && isDelete(run)
  if (!isDeleted && seen.root !== undefined && seen.worker !== undefined) return { is: 'applied' }
  if (seen.root === undefined && (isDeleted || busy === undefined)) return { is: 'unknown' }
  if (busy !== undefined) return { is: 'busy', says: busy, isDelete: isDeleted }
  // Somebody may be at work who is not seen by this identity.
  return run === 'hidden' ? { is: 'busy', says: 'not applied', isDelete: false } : { is: 'left' }
}
