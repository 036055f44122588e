/** Waits for a workspace that exists until it answers, or cannot any more: the second half of a deploy. */

import { KaitoError } from '#core/errors.ts'
import { KINDS, refTo } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { rootRef } from '#core/objects/labels.ts'
import { type RootState, readRoot } from '#core/state/root.ts'
import { atWork } from '#core/status/before-rollout.ts'
import type { Verification, WorkspaceStatus } from '#core/status/workspace-status.ts'
import { readAccess } from '../observe/api-key.ts'
import { readRun } from '../observe/run.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import type { Ports } from '../ports.ts'
import { ASLEEP, verifyEndpoint } from '../steps/endpoint.ts'
import { followRollout } from '../steps/rollout.ts'
import { inPhase } from '../time/budget.ts'
import { enginePorts } from '../use/address.ts'
import { readStatus, type StatusAnswer } from './status.ts'

/** A run that works on it, and its end, are asked for: what is waited for may not be there to be watched. */
const LOOK_MS = 2_000
const LEAST_LOOK_MS = 250

export async function awaitReady(objectName: string, namespace: string, ports: Ports): Promise<StatusAnswer> {
  const { kube, signal } = ports
  const { state, deployment } = await awaitApplied(objectName, namespace, ports)
  const service = await kube.get(refTo(KINDS.service, objectName, namespace), signal)
  const replicas = (deployment as { spec?: { replicas?: number } }).spec?.replicas ?? 1
  const pods = await inPhase(ports, 'watch', 'start', () =>
    unlessDeleted(objectName, namespace, ports, (watching) =>
      followRollout({ objectName, namespace, replicas, ownNodes: state.pool === undefined }, watching),
    ),
  )
  const where = enginePorts(service === undefined ? [deployment] : [deployment, service])
  const { servedModelName, apiKeySecret } = state.lock
  const verify = async (): Promise<Verification[]> => {
    if (replicas === 0) return [ASLEEP]
    const access = await readAccess(apiKeySecret, namespace, ports)
    return verifyEndpoint({ objectName, namespace, servedModelName, pods, access, ...where }, ports)
  }
  const verifications = await inPhase(ports, 'verify', 'verify', verify)
  const { target, workspaces } = await readStatus({ namespace, objectName, deep: false }, ports)
  return { target, workspaces: workspaces.map((status): WorkspaceStatus => ({ ...status, verifications })) }
}

interface Applied {
  state: RootState
  deployment: KubeObject
}

/** A deploy that is at work will apply it; a delete will take it away. */
async function awaitApplied(objectName: string, namespace: string, ports: Ports): Promise<Applied> {
  const look = createLook(objectName, namespace, ports)
  const first = await look()
  if (first.applied !== undefined) return first.applied
  return inPhase(ports, 'watch', 'run', async () => {
    for (;;) {
      await ports.clock.sleep(pauseOf(ports), ports.signal)
      const { applied } = await look()
      if (applied !== undefined) return applied
    }
  })
}

/** Throws NOT_FOUND when it is not there, or was deleted, or nobody is going to apply it. */
function createLook(objectName: string, namespace: string, ports: Ports): () => Promise<{ applied?: Applied }> {
  let told = ''
  let isDeleted = false
  return async () => {
    // The run first: what it wrote before its end is seen then.
    const run = await readRun(objectName, namespace, ports)
    const [root, deployment] = await Promise.all([
      ports.kube.get(rootRef(objectName, namespace), ports.signal),
      ports.kube.get(refTo(KINDS.deployment, objectName, namespace), ports.signal),
    ])
    const state = root === undefined ? undefined : readRoot(root)
    const busy = atWork(run)
    const isDelete = run !== 'none' && run !== 'hidden' && busy !== undefined && run.verb === 'delete'
    if (!isDelete && state !== undefined && deployment !== undefined) return { applied: { state, deployment } }
    isDeleted ||= isDelete
    if (state === undefined && (isDelete || busy === undefined))
      throw isDeleted ? deleted(objectName, namespace) : await unknownWorkspace(objectName, namespace, ports)
    if (busy === undefined) throw leftBehind(objectName, namespace, whyLeft(isDeleted, state))
    if (busy !== told) tell(objectName, namespace, busy, ports)
    told = busy
    return {}
  }
}

/** Ends the work with NOT_FOUND when a delete has taken the workspace away. */
async function unlessDeleted<T>(
  objectName: string,
  namespace: string,
  ports: Ports,
  work: (ports: Ports) => Promise<T>,
): Promise<T> {
  const [gone, done] = [new AbortController(), new AbortController()]
  const signal = AbortSignal.any([ports.signal, gone.signal])
  const look = createLook(objectName, namespace, { ...ports, signal: done.signal })
  const watching = (async () => {
    for (;;) {
      await ports.clock.sleep(pauseOf(ports), done.signal)
      await look().catch((error: unknown) => {
        if (error instanceof KaitoError && error.code === 'NOT_FOUND') gone.abort(error)
      })
    }
  })().catch(() => undefined)
  try {
    return await work({ ...ports, signal })
  } finally {
    done.abort()
    await watching
  }
}

function pauseOf({ pace }: Ports): number {
  return Math.max(LOOK_MS / pace, LEAST_LOOK_MS)
}

function tell(name: string, namespace: string, message: string, ports: Ports): void {
  const object = { kind: 'Workspace', name, namespace }
  ports.emit({ type: 'object.status', phase: 'watch', object, status: 'InProgress', message })
}

function deleted(name: string, namespace: string): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${name} in namespace ${namespace} was deleted.`,
    hint: 'List what is there: kaito status -A',
    resource: { kind: 'Workspace', name, namespace },
  })
}

function whyLeft(isDeleted: boolean, state: RootState | undefined): string {
  if (isDeleted) return 'is half deleted: its delete has ended before that'
  if (state?.setHash !== undefined) return 'has lost its Deployment'
  return 'was never applied: its deploy has ended before that'
}

function leftBehind(name: string, namespace: string, why: string): KaitoError {
  const undo = `kaito delete ${name} -n ${namespace} --yes`
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${name} in namespace ${namespace} ${why}.`,
    hint: `Run the same deploy again, it goes on from there; or take it away: ${undo}`,
    resource: { kind: 'Workspace', name, namespace },
  })
}
