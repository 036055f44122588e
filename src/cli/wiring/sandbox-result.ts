/** What `kaito sandbox` says of the one that runs. */

import { statSync } from 'node:fs'
import { KINDS } from '#core/objects/kinds.ts'
import { componentSelector, WORKSPACE_LABEL } from '#core/objects/labels.ts'
import type { SandboxResult } from '#core/results.ts'
import type { Session } from '../session.ts'
import { VERSION } from '../version.ts'
import { LOOK_MS, type RunningSandbox } from './sandbox.ts'

export async function resultOf(running: RunningSandbox, session: Session): Promise<SandboxResult> {
  const { pid, kubectlConfig: kubeconfig, state } = running
  const { settings, nodes, pods } = state
  const workspaces = await workspacesIn(running, session)
  const { placesOf } = await import('#sandbox/paths.ts')
  // Written once, when it starts.
  const startedAt = statSync(placesOf(session.io.env).process).mtime.toISOString()
  return { kind: 'Sandbox', isRunning: true, pid, startedAt, kubeconfig, settings, nodes, pods, workspaces }
}

/** `namespace/name` of the workspaces in it, from the first moment of their deploy on. */
async function workspacesIn({ kubeconfig, state }: RunningSandbox, { io, signal }: Session): Promise<string[]> {
  const { connectCluster } = await import('#kube/connect.ts')
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)])
  const plugins = { isAttended: false, tell: () => undefined, signal: limit }
  const kube = await connectCluster({ env: {}, version: VERSION, onSecret: io.redact.learn, kubeconfig, plugins })
  try {
    const labelSelector = componentSelector('root', undefined)
    const roots = await kube.list(KINDS.configMap, { signal: limit, labelSelector })
    return roots.map(({ metadata }) => `${metadata.namespace}/${metadata.labels?.[WORKSPACE_LABEL]}`)
  } catch {
    // Its API server may be away: a rehearsal.
    signal.throwIfAborted()
    return state.workspaces
  } finally {
    await kube.close()
  }
}
