/** Can this pod still become ready? Pure functions of the pod, its events and its last log. */

import { advice, again, setting } from '../advice.ts'
import { CONFIG_FAILURES, PULL_FAILURES } from '../failures/cluster-signatures.ts'
import { lastLines, rootLine } from '../failures/engine-log.ts'
import { type Cause, recognise } from '../failures/signature.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { type Diagnosis, type EndOfLog, type Evidence, hopeless, moving, named, subjectOf } from './diagnosis.ts'
import { type EventBody, timesOf, wordsOf } from './event.ts'
import { unscheduled } from './scheduling.ts'

interface ContainerStatus {
  name: string
  ready?: boolean
  restartCount?: number
  state?: { waiting?: Ended; running?: object; terminated?: Ended }
  lastState?: { terminated?: Ended }
}
interface Ended {
  reason?: string
  message?: string
  exitCode?: number
}
interface PodBody {
  status?: {
    phase?: string
    reason?: string
    message?: string
    conditions?: { type: string; status: string; reason?: string; message?: string }[]
    initContainerStatuses?: ContainerStatus[]
    containerStatuses?: ContainerStatus[]
  }
}
/** Restarts after which a crash of unknown cause is a loop: the first may be bad luck, the second is not. */
const CRASHES = 2
/** Last lines of the log that are told of a crash of unknown cause. */
const LOG_LINES = 10
/** Tries after which a pull whose failure has no known cause is given up; the kubelet makes them within a minute. */
const PULLS = 3

export function diagnosePod(pod: KubeObject, evidence: Evidence): Diagnosis {
  const { status = {} } = pod as PodBody
  if (pod.metadata.deletionTimestamp !== undefined) return moving('is being deleted', '')
  if (status.phase === 'Failed') return failedPod(pod, status.reason ?? '', status.message ?? '')
  const scheduled = status.conditions?.find((c) => c.type === 'PodScheduled')
  // Kueue and its like lift a gate when it is the pod's turn.
  if (scheduled?.reason === 'SchedulingGated')
    return moving(`Pod/${pod.metadata.name} is held back by a scheduling gate`, scheduled.message ?? '')
  if (scheduled?.status === 'False') return unscheduled(pod, scheduled.message ?? '', evidence)
  const containers = containersOf(pod)
  const findings = containers.map((container) => diagnoseContainer(pod, container, evidence))
  const hopelessOne = findings.find(({ verdict }) => verdict === 'hopeless')
  if (hopelessOne !== undefined) return hopelessOne
  const waiting = containers.find((c) => c.ready !== true)
  if (waiting === undefined)
    return containers.length === 0
      ? moving('is waiting for the kubelet', '')
      : { verdict: 'ok', message: '', reason: '' }
  return findings.find(({ message }) => message !== '') ?? unready(pod, waiting, evidence)
}

/** Of a container whose end is worth a look into its log: where that log is. */
export interface CrashLog {
  pod: string
  container: string
  /** It has been started again since: the log is the previous one's. */
  isPrevious: boolean
  /** Changes with every crash. */
  key: string
}

export function crashLogOf(pod: KubeObject): CrashLog | undefined {
  for (const { name, restartCount = 0, state, lastState } of containersOf(pod)) {
    const ended = state?.terminated ?? lastState?.terminated
    if (ended === undefined || ended.exitCode === 0) continue
    const isPrevious = state?.terminated === undefined
    const crashes = restartCount + (isPrevious ? 0 : 1)
    // What is read as the last log while the container starts again may be the new one's: it is read as the previous one, too.
    const key = `${pod.metadata.uid}/${name}/${crashes}/${isPrevious ? 'previous' : 'last'}`
    return { pod: pod.metadata.name, container: name, isPrevious, key }
  }
  return undefined
}

function containersOf(pod: KubeObject): ContainerStatus[] {
  const { status = {} } = pod as PodBody
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
}

/** A volume that cannot be mounted shows in events alone. */
function unready(pod: KubeObject, waiting: ContainerStatus, { events }: Evidence): Diagnosis {
  const { reason = '', message = '' } = waiting.state?.waiting ?? {}
  const mount = events.filter((event) => (event as EventBody).reason === 'FailedMount')
  const cause = mount.map((event) => recognise(CONFIG_FAILURES, wordsOf(event), subjectOf(pod))).find(Boolean)
  if (cause !== undefined && reason === 'ContainerCreating') return named(cause, `Pod/${pod.metadata.name}`)
  return moving(
    reason === ''
      ? `Pod/${pod.metadata.name}: container ${waiting.name} runs, not ready yet`
      : `Pod/${pod.metadata.name}: ${reason}`,
    message,
  )
}

const CONFIG = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])

function diagnoseContainer(pod: KubeObject, container: ContainerStatus, evidence: Evidence): Diagnosis {
  // What has recovered is no cause any more.
  if (container.ready === true) return moving('', '')
  const { waiting, terminated } = container.state ?? {}
  const words = waiting?.message ?? ''
  const where = `Pod/${pod.metadata.name}, container ${container.name}`
  if (waiting?.reason === 'InvalidImageName')
    return hopeless('IMAGE_PULL_FAILED', `${where}: the image name is not valid.`, words)
  if (waiting?.reason === 'ErrImagePull' || waiting?.reason === 'ImagePullBackOff')
    return pullFailed(pod, where, words, evidence)
  if (CONFIG.has(waiting?.reason ?? '')) {
    const cause = recognise(CONFIG_FAILURES, words, subjectOf(pod))
    return cause === undefined
      ? hopeless('CONTAINER_CONFIG_ERROR', `${where}: cannot be created.`, words)
      : named(cause, where)
  }
  const last = terminated ?? container.lastState?.terminated
  if (last === undefined || last.exitCode === 0) return moving('', '')
  const isDown = container.state?.running === undefined
  // The kubelet counts a restart when the container starts again, and not yet while it waits to.
  const crashes = (container.restartCount ?? 0) + (isDown ? 1 : 0)
  return crashed(pod, where, { ...last, crashes, isDown }, evidence)
}

type Crash = Ended & { crashes: number; isDown: boolean }

function crashed(pod: KubeObject, where: string, last: Crash, { log }: Evidence): Diagnosis {
  const { crashes, isDown } = last
  const times = crashes === 1 ? 'once' : `${crashes} times`
  if (last.reason === 'OOMKilled') {
    const next = advice`${again(setting('patch', 'FILE'))} that raises the container's limits.memory, or removes it.`
    const reason = last.message ?? `OOMKilled, exit code ${last.exitCode ?? 137}`
    return { ...hopeless('OUT_OF_MEMORY', `${where}: killed at its memory limit, ${times}.`, reason), next }
  }
  const cause = log === undefined ? undefined : causeIn(log, pod)
  // A flag that is wrong stays wrong; what may pass is believed when it has come back, and while it runs again, too.
  if (cause !== undefined && crashes >= cause.crashes) return named(cause, where)
  const code = last.exitCode === undefined ? '' : ` with exit code ${last.exitCode}`
  const root = log === undefined ? '' : rootLine(log.text, log.engine)
  const now = isDown ? 'starting again' : 'and runs again'
  if (crashes < CRASHES) return moving(`${where}: ended ${times}${code}, ${now}`, root)
  const why = root || last.message || last.reason || ''
  const found = hopeless('CRASH_LOOP', `${where}: ended ${times}${code}${isDown ? '' : ', and runs again'}.`, why)
  return log === undefined ? found : { ...found, lines: lastLines(log.text, LOG_LINES) }
}

function causeIn({ text, engine }: EndOfLog, pod: KubeObject): Cause | undefined {
  return recognise(engine.failures, text, subjectOf(pod), (line) => engine.readLine(line))
}

function pullFailed(pod: KubeObject, where: string, words: string, { events }: Evidence): Diagnosis {
  // The back-off repeats little of what the registry said; the events still have it.
  const texts = [words, ...events.map(wordsOf)]
  const cause = texts.map((text) => recognise(PULL_FAILURES, text, subjectOf(pod))).find(Boolean)
  if (cause !== undefined) return named(cause, where)
  const tries = events.filter(isFailedPull).reduce((sum, event) => sum + timesOf(event), 0)
  if (tries >= PULLS)
    return hopeless('IMAGE_PULL_FAILED', `${where}: the image could not be pulled ${tries} times.`, words)
  return moving(`${where}: pulling the image failed, trying again`, words)
}

/** Of one try the kubelet says `Error: ErrImagePull` and `Error: ImagePullBackOff`, too, under the same reason. */
function isFailedPull(event: KubeObject): boolean {
  return (event as EventBody).reason === 'Failed' && wordsOf(event).startsWith('Failed to pull image')
}

function failedPod(pod: KubeObject, reason: string, message: string): Diagnosis {
  // A Deployment replaces an evicted pod by itself.
  if (reason === 'Evicted' || reason === 'NodeShutdown' || reason === 'Terminated')
    return moving(`Pod/${pod.metadata.name} was evicted, another takes its place`, message)
  return hopeless(
    'WORKLOAD_FAILED',
    `Pod/${pod.metadata.name} has failed${reason === '' ? '' : ` (${reason})`}.`,
    message,
  )
}
