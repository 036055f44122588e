/** The status again whenever something of it has changed. The watches say when to look; nothing is polled. */
import type { Kind } from '#kube/cluster.ts'
import type { Ports } from './ports.ts'
import { readStatus, type StatusAnswer, type StatusRequest } from './status.ts'

/** Several objects change within one step of a controller. */
const SETTLE_MS = 300
/** An endpoint can stop to answer without a change in the cluster: `deep` asks again after so long. */
const DEEP_MS = 30_000
/** Nodes that join, and the record that goes at the end of a delete, are not watched: asked for while something moves. */
const MOVING_MS = 5_000

const WATCHED: readonly Kind[] = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
]

/** Ends with the signal alone. */
export async function watchStatus(
  request: StatusRequest,
  show: (answer: StatusAnswer) => void,
  ports: Ports,
): Promise<never> {
  const { namespace, objectName } = request
  const stop = new AbortController()
  const signal = AbortSignal.any([ports.signal, stop.signal])
  let changed = Promise.withResolvers<void>()
  const labelSelector = objectName === undefined ? 'kaito.sh/workspace' : `kaito.sh/workspace=${objectName}`
  const watches = WATCHED.map(async (kind) => {
    const scoped = namespace === undefined ? kind : { ...kind, namespace }
    for await (const _event of ports.kube.watch(scoped, { signal, labelSelector })) changed.resolve()
  })
  const failed = Promise.all(watches).then(() => undefined)
  // It is awaited only while nothing is read.
  failed.catch(() => undefined)
  let shown = ''
  try {
    for (;;) {
      changed = Promise.withResolvers<void>()
      const answer = await readStatus(request, ports)
      const text = JSON.stringify(answer.workspaces.map(({ ageSeconds: _age, ...status }) => status))
      if (text !== shown) show(answer)
      shown = text
      const isMoving = answer.workspaces.some(({ phase }) => phase === 'Progressing')
      const pauseMs = isMoving ? MOVING_MS / ports.pace : request.deep ? DEEP_MS : undefined
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
