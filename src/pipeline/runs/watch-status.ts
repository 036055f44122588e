/** The status again whenever something of it has changed. The watches say when to look; nothing is polled. */

import type { Kind } from '#cluster/cluster.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { workspaceSelector } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'
import { readStatus, type StatusAnswer, type StatusRequest } from './status.ts'

export interface WatchRequest extends StatusRequest {
  /** An endpoint can stop to answer without a change in the cluster: `deep` asks again after so long. */
  askMs: number
}

/** Several objects change within one step of a controller. */
const SETTLE_MS = 300
/** However fast a sandbox lives, an endpoint is not asked without a pause. */
const LEAST_ASK_MS = 1_000
/** Nodes, node pools and runs are not watched: asked for while something moves. */
const MOVING_MS = 5_000
/** Between two attempts to reach an API server that is away. */
const AGAIN_MS = 1_000

const WATCHED: readonly Kind[] = [
  // Roots: of a workspace whose pool is being made there is nothing else.
  KINDS.configMap,
  KINDS.pod,
  KINDS.deployment,
]

/** Ends with the signal, or when no patience helps: the workspace is gone, or this identity may not look any more. */
export async function watchStatus(
  request: WatchRequest,
  show: (answer: StatusAnswer) => void,
  ports: Ports,
): Promise<never> {
  const { namespace, objectName } = request
  const stop = new AbortController()
  const signal = AbortSignal.any([ports.signal, stop.signal])
  let changed = Promise.withResolvers<void>()
  let mustAsk = false
  const labelSelector = workspaceSelector(objectName)
  const watches = WATCHED.map(async (kind) => {
    const scoped = kindIn(kind, namespace)
    for (;;) {
      try {
        for await (const _event of ports.kube.watch(scoped, { signal, labelSelector })) changed.resolve()
      } catch (error) {
        signal.throwIfAborted()
        if (isRefusedRoots(kind, error)) {
          mustAsk = true
          changed.resolve()
          return
        }
        if (!isPassing(error)) throw error
      }
      await ports.clock.sleep(AGAIN_MS, signal)
    }
  })
  const failed = Promise.all(watches).then(() => undefined)
  // It is awaited only while nothing is read.
  failed.catch(() => undefined)
  const look = createLook(request, ports)
  let shown = ''
  try {
    for (;;) {
      changed = Promise.withResolvers<void>()
      const answer = await look()
      if (answer === undefined) {
        await Promise.race([ports.clock.sleep(AGAIN_MS, ports.signal), failed])
        continue
      }
      const text = JSON.stringify(answer.workspaces.map(({ ageSeconds: _age, ...status }) => status))
      if (text !== shown) show(answer)
      shown = text
      const pauseMs = pauseAfter(answer, mustAsk, request, ports)
      const again = pauseMs === undefined ? new Promise<never>(() => undefined) : ports.clock.sleep(pauseMs, signal)
      again.catch(() => undefined)
      await Promise.race([changed.promise, again, failed])
      await ports.clock.sleep(SETTLE_MS, ports.signal)
    }
  } finally {
    stop.abort()
    await Promise.allSettled(watches)
  }
}

function pauseAfter(
  { workspaces }: StatusAnswer,
  mustAsk: boolean,
  { deep, askMs }: WatchRequest,
  ports: Ports,
): number | undefined {
  const ask = deep ? Math.max(LEAST_ASK_MS, askMs / ports.pace) : undefined
  const isMoving = workspaces.some(({ phase, pool }) => phase === 'Progressing' || isPoolMoving(pool))
  return isMoving || mustAsk ? Math.min(MOVING_MS / ports.pace, ask ?? Number.POSITIVE_INFINITY) : ask
}

function isPoolMoving(pool: NodePool | undefined): boolean {
  return pool !== undefined && pool.state !== 'ready' && pool.state !== 'failed'
}

/** To list them is enough: then they are asked for. */
function isRefusedRoots({ kind }: Kind, error: unknown): boolean {
  return kind === KINDS.configMap.kind && error instanceof KaitoError && error.code === 'PERMISSION_DENIED'
}

/** Reads the status; undefined while the API server is away, which is said once. At first it must be there. */
function createLook(request: StatusRequest, ports: Ports): () => Promise<StatusAnswer | undefined> {
  const tell = (code: string, message: string): void => ports.emit({ type: 'warning', phase: 'watch', code, message })
  // What is asked again and again is told once.
  const repeating: Ports = { ...ports, emit: (event) => (event.type === 'warning' ? ports.emit(event) : undefined) }
  let isFirst = true
  let isAway = false
  return async () => {
    try {
      const answer = await readStatus(request, isFirst ? ports : repeating)
      if (isAway) tell('api-server-back', 'The API server answers again.')
      isFirst = false
      isAway = false
      return answer
    } catch (error) {
      ports.signal.throwIfAborted()
      if (isFirst || !isPassing(error)) throw error
      if (!isAway) tell('api-server-away', `${error.message} What was shown last may have changed; still trying.`)
      isAway = true
      return undefined
    }
  }
}

function isPassing(error: unknown): error is KaitoError {
  return error instanceof KaitoError && (error.code === 'UNAVAILABLE' || error.code === 'THROTTLED')
}
