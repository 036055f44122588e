/** The engine's log as it is written, over restarts of the container and over pods that come and go. */
import { KaitoError } from '#core/errors.ts'
import { type KubeObject, refOf } from '#core/kube-object.ts'
import { noPods } from './logs.ts'
import type { Ports } from './ports.ts'

export interface FollowLogsRequest {
  objectName: string
  namespace: string
  /** Of what was written before; absent: all of it. */
  tailLines?: number
}

interface Life {
  pod: KubeObject
  container: string
  restarts: number
  isRunning: boolean
  exitCode: number | undefined
}

/** Before a stream that broke off is opened again. */
const PAUSE_MS = 1_000

/** Ends with the signal alone. NOT_FOUND when there is no pod to begin with. */
export async function followLogs(
  request: FollowLogsRequest,
  write: (text: string) => void,
  ports: Ports,
): Promise<void> {
  const { objectName, namespace, tailLines } = request
  const latest = new Map<string, Life>()
  const begun = new Set<string>()
  const names = new Set<string>()
  const stop = new AbortController()
  const signal = AbortSignal.any([ports.signal, stop.signal])
  const fatal = Promise.withResolvers<never>()
  fatal.promise.catch(() => undefined)

  const print =
    (life: Life) =>
    (line: string): void =>
      write(names.size > 1 ? `[${life.pod.metadata.name}] ${line}\n` : `${line}\n`)
  const begin = (life: Life, isFirst: boolean): void => {
    if (life.restarts > 0 && !isFirst) ports.emit(restarted(life))
    const tail = isFirst && tailLines !== undefined ? { tailLines } : {}
    const isCurrent = (): boolean => {
      const now = latest.get(life.pod.metadata.uid ?? '')
      return now?.isRunning === true && now.restarts === life.restarts
    }
    pump(life, tail, isCurrent, print(life), { ...ports, signal }).catch((error: unknown) => fatal.reject(error))
  }
  const watchPods = async (): Promise<never> => {
    let isSynced = false
    const options = { signal, labelSelector: `kaito.sh/workspace=${objectName}` }
    for await (const event of ports.kube.watch({ apiVersion: 'v1', kind: 'Pod', namespace }, options)) {
      if (event.type === 'synced') {
        isSynced = true
        if (names.size === 0) throw noPods(request)
        continue
      }
      const uid = event.object.metadata.uid ?? ''
      if (event.type === 'deleted') {
        latest.delete(uid)
        continue
      }
      names.add(event.object.metadata.name)
      const life = lifeOf(event.object)
      if (life === undefined) continue
      latest.set(uid, life)
      const key = `${uid}/${life.restarts}`
      if (!life.isRunning || begun.has(key)) continue
      begun.add(key)
      begin(life, !isSynced)
    }
    signal.throwIfAborted()
    throw signal.reason
  }
  try {
    await Promise.race([watchPods(), fatal.promise])
  } finally {
    stop.abort()
  }
}

/** One life of one container. What was cut by the network goes on where it stopped. */
async function pump(
  { pod, container }: Life,
  tail: { tailLines?: number },
  isCurrent: () => boolean,
  print: (line: string) => void,
  ports: Ports,
): Promise<void> {
  let from: { tailLines?: number; sinceTime?: string } = tail
  for (;;) {
    try {
      for await (const line of ports.kube.followLogs(refOf(pod), { signal: ports.signal, container, ...from })) {
        print(line)
        from = { sinceTime: ports.clock.now().toISOString() }
      }
    } catch (error) {
      if (ports.signal.aborted) return
      if (error instanceof KaitoError && error.code === 'PERMISSION_DENIED') throw error
    }
    await ports.clock.sleep(PAUSE_MS, ports.signal).catch(() => undefined)
    if (ports.signal.aborted || !isCurrent()) return
  }
}

interface PodBody {
  status?: {
    containerStatuses?: {
      name: string
      restartCount?: number
      state?: { running?: object }
      lastState?: { terminated?: { exitCode?: number } }
    }[]
  }
}

function lifeOf(pod: KubeObject): Life | undefined {
  const [status] = (pod as PodBody).status?.containerStatuses ?? []
  if (status === undefined) return undefined
  return {
    pod,
    container: status.name,
    restarts: status.restartCount ?? 0,
    isRunning: status.state?.running !== undefined,
    exitCode: status.lastState?.terminated?.exitCode,
  }
}

function restarted({ pod, container, restarts, exitCode }: Life) {
  const code = exitCode === undefined ? '' : `, the one before ended with exit code ${exitCode}`
  const message = `Pod/${pod.metadata.name}: container ${container} was started again (restart ${restarts}${code}).`
  return { type: 'warning', phase: 'watch', code: 'restarted', message } as const
}
