/** The engine's log as it is written, over restarts of the container and over pods that come and go. */

import { hasCode } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { workspaceSelector } from '#core/objects/labels.ts'
import type { Ports } from '../ports.ts'
import { ENGINE_CONTAINER } from '../use/address.ts'
import { createLogResume, type LogBegin, type LogResume } from '../use/log-resume.ts'
import { beginOf, noPods } from '../use/logs.ts'

export interface FollowLogsRequest extends LogBegin {
  objectName: string
  namespace: string
  isStamped: boolean
  /** Each line with its pod, even of one alone. */
  isOfSeveral: boolean
}

/** One start of the container, up to its end. */
interface Life {
  pod: KubeObject
  /** Counts the lives. */
  restarts: number
  state: 'waiting' | 'running' | 'ended'
  /** Of the life before. */
  exitCode: number | undefined
}

/** A pod as it was last seen. */
interface Followed {
  latest: Life
  /** The last life whose log has been begun. */
  begun: number
  /** What is printed first: lives that had ended before they were seen. */
  missed: Promise<void>
}

interface Reading {
  life: Life
  followed: Followed
  resume: LogResume
  print(line: string): void
}

/** Before a stream that broke off is opened again. */
const PAUSE_MS = 1_000

/** Ends with the signal alone. NOT_FOUND when there is no pod to begin with. */
export async function followLogs(
  request: FollowLogsRequest,
  write: (text: string) => void,
  given: Ports,
): Promise<void> {
  const { objectName, namespace, isStamped, isOfSeveral } = request
  const pods = new Map<string, Followed>()
  const names = new Set<string>()
  const stop = new AbortController()
  const ports = { ...given, signal: AbortSignal.any([given.signal, stop.signal]) }
  const { signal } = ports
  const fatal = Promise.withResolvers<never>()
  fatal.promise.catch(() => undefined)

  const readingOf = (life: Life, followed: Followed, isFirst: boolean): Reading => ({
    life,
    followed,
    resume: createLogResume(isFirst ? beginOf(request) : {}, isStamped),
    print: (line) => write(isOfSeveral || names.size > 1 ? `[${life.pod.metadata.name}] ${line}\n` : `${line}\n`),
  })
  const follow = (life: Life, isFirst: boolean): void => {
    const uid = life.pod.metadata.uid ?? ''
    const followed = pods.get(uid) ?? { latest: life, begun: -1, missed: Promise.resolve() }
    pods.set(uid, followed)
    followed.latest = life
    if (life.state === 'waiting' || followed.begun >= life.restarts) return
    const unseen = isFirst ? [] : [life.restarts - 1].filter((restarts) => restarts > followed.begun)
    followed.begun = life.restarts
    const over = [...unseen.map((restarts) => ({ ...life, restarts })), ...(life.state === 'ended' ? [life] : [])]
    for (const each of over) {
      followed.missed = followed.missed.then(() => printRest(readingOf(each, followed, isFirst), ports))
    }
    const goOn = async (): Promise<void> => {
      await followed.missed
      if (life.state !== 'running') return
      if (life.restarts > 0 && !isFirst) ports.emit(restarted(life))
      await pump(readingOf(life, followed, isFirst), ports)
    }
    goOn().catch((error: unknown) => fatal.reject(error))
  }
  const watchPods = async (): Promise<never> => {
    let isSynced = false
    const options = { signal, labelSelector: workspaceSelector(objectName) }
    for await (const event of ports.kube.watch(kindIn(KINDS.pod, namespace), options)) {
      if (event.type === 'synced') {
        isSynced = true
        if (names.size === 0) throw await noPods(request, ports)
        continue
      }
      if (!('object' in event)) continue
      if (event.type === 'deleted') {
        const gone = pods.get(event.object.metadata.uid ?? '')
        if (gone !== undefined) gone.latest = { ...gone.latest, state: 'ended' }
        continue
      }
      names.add(event.object.metadata.name)
      const life = lifeOf(event.object)
      if (life !== undefined) follow(life, !isSynced)
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

/** A life that goes on. What was cut by the network goes on where it stopped. */
async function pump(reading: Reading, ports: Ports): Promise<void> {
  const { life, followed, resume, print } = reading
  const isOver = (): boolean => followed.latest.restarts !== life.restarts || followed.latest.state !== 'running'
  for (;;) {
    const options = { signal: ports.signal, container: ENGINE_CONTAINER, timestamps: true }
    try {
      for await (const line of ports.kube.followLogs(refOf(life.pod), { ...options, ...resume.reopen() })) {
        // The stream may be of the next life already, which is printed on its own.
        if (followed.latest.restarts !== life.restarts) break
        const text = resume.take(line)
        if (text !== undefined) print(text)
      }
    } catch (error) {
      if (ports.signal.aborted) return
      if (hasCode(error, 'PERMISSION_DENIED')) throw error
    }
    await ports.clock.sleep(PAUSE_MS, ports.signal).catch(() => undefined)
    if (ports.signal.aborted) return
    if (isOver()) return printRest(reading, ports)
  }
}

/** Of a life that is over: what has not been printed yet, as long as the kubelet keeps it. */
async function printRest({ life, followed, resume, print }: Reading, ports: Ports): Promise<void> {
  const isPrevious = (): boolean => followed.latest.restarts > life.restarts
  const options = { signal: ports.signal, container: ENGINE_CONTAINER, timestamps: true, ...resume.reopen() }
  const read = (previous: boolean): Promise<string> => ports.kube.logs(refOf(life.pod), { ...options, previous })
  try {
    const wasPrevious = isPrevious()
    let text = await read(wasPrevious)
    // Started again in the meantime: that was the log of the new one.
    if (!wasPrevious && isPrevious()) text = await read(true)
    if (followed.latest.restarts > life.restarts + 1) return
    for (const line of text.split('\n').slice(0, -1)) {
      const words = resume.take(line)
      if (words !== undefined) print(words)
    }
  } catch (error) {
    if (hasCode(error, 'PERMISSION_DENIED')) throw error
  }
}

interface Ended {
  exitCode?: number
}
interface PodBody {
  status?: {
    containerStatuses?: {
      name: string
      restartCount?: number
      state?: { running?: object; terminated?: Ended }
      lastState?: { terminated?: Ended }
    }[]
  }
}

function lifeOf(pod: KubeObject): Life | undefined {
  const status = (pod as PodBody).status?.containerStatuses?.find(({ name }) => name === ENGINE_CONTAINER)
  if (status === undefined) return undefined
  const { restartCount: restarts = 0, state = {}, lastState = {} } = status
  // While it waits to be started again, the last life is the one that ended.
  const hasEnded = state.terminated !== undefined || lastState.terminated !== undefined
  return {
    pod,
    restarts,
    state: state.running !== undefined ? 'running' : hasEnded ? 'ended' : 'waiting',
    exitCode: lastState.terminated?.exitCode,
  }
}

function restarted({ pod, restarts, exitCode }: Life) {
  const code = exitCode === undefined ? '' : `, the one before ended with exit code ${exitCode}`
  const message = `Pod/${pod.metadata.name}: container ${ENGINE_CONTAINER} was started again (restart ${restarts}${code}).`
  return { type: 'warning', phase: 'watch', code: 'restarted', message } as const
}
