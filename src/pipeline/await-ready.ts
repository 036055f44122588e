/** Waits for a workspace that exists until it answers, or cannot any more: the second half of a deploy. */
import { KaitoError } from '#core/errors.ts'
import type { Verification, WorkspaceStatus } from '#core/results.ts'
import { readRoot, rootRef } from '#core/state/root.ts'
import { enginePorts } from './address.ts'
import { inPhase } from './budget.ts'
import { followRollout } from './follow.ts'
import { readAccess } from './generated.ts'
import type { Ports } from './ports.ts'
import { readStatus, type StatusAnswer } from './status.ts'
import { ASLEEP, verifyEndpoint } from './verify.ts'

export async function awaitReady(objectName: string, namespace: string, ports: Ports): Promise<StatusAnswer> {
  const { kube, signal } = ports
  const [root, deployment, service] = await Promise.all([
    kube.get(rootRef(objectName, namespace), signal),
    kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: objectName, namespace }, signal),
    kube.get({ apiVersion: 'v1', kind: 'Service', name: objectName, namespace }, signal),
  ])
  const state = root === undefined ? undefined : readRoot(root)
  if (state === undefined || deployment === undefined) throw notThere(objectName, namespace, state !== undefined)
  const replicas = (deployment as { spec?: { replicas?: number } }).spec?.replicas ?? 1
  const pods = await inPhase(ports, 'watch', 'start', () =>
    followRollout({ objectName, namespace, replicas, ownNodes: state.pool === undefined }, ports),
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

function notThere(name: string, namespace: string, isBegun: boolean): KaitoError {
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: isBegun
      ? `Workspace ${name} in namespace ${namespace} was never applied: its deploy was stopped before that.`
      : `There is no workspace ${name} in namespace ${namespace}.`,
    hint: isBegun ? 'Run the same deploy again: it goes on from there.' : 'List what is there: kaito status -A',
    resource: { kind: 'Workspace', name, namespace },
  })
}
