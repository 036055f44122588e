/** Can this pod still become ready? Pure functions of the pod (or its ReplicaSet) and its events. */
import type { ErrorCode } from '#core/errors.ts'
import type { KubeObject } from '#core/kube-object.ts'

export interface Finding {
  verdict: 'ok' | 'moving' | 'hopeless'
  /** With `hopeless`. */
  code?: ErrorCode
  /** One sentence; empty when there is nothing to say. */
  message: string
  /** The cluster's own words. */
  reason: string
}

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

/** Restarts after which a crash is a loop: the first may be bad luck, the second with the same end is not. */
const CRASHES = 2

export function diagnosePod(pod: KubeObject, events: readonly KubeObject[]): Finding {
  const { status = {} } = pod as PodBody
  if (pod.metadata.deletionTimestamp !== undefined) return moving('is being deleted', '')
  if (status.phase === 'Failed') return failedPod(pod, status.reason ?? '', status.message ?? '')
  const scheduled = status.conditions?.find((c) => c.type === 'PodScheduled')
  if (scheduled?.status === 'False') return unscheduled(pod, scheduled.message ?? '')
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  for (const container of containers) {
    const finding = diagnoseContainer(pod, container, events)
    if (finding.verdict === 'hopeless') return finding
  }
  const waiting = containers.find((c) => c.ready !== true)
  if (waiting === undefined)
    return containers.length === 0
      ? moving('is waiting for the kubelet', '')
      : { verdict: 'ok', message: '', reason: '' }
  const { reason = '', message = '' } = waiting.state?.waiting ?? {}
  return moving(
    reason === ''
      ? `Pod/${pod.metadata.name}: container ${waiting.name} runs, not ready yet`
      : `Pod/${pod.metadata.name}: ${reason}`,
    message,
  )
}

const CONFIG = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])

function diagnoseContainer(pod: KubeObject, container: ContainerStatus, events: readonly KubeObject[]): Finding {
  const { waiting, terminated } = container.state ?? {}
  const last = terminated ?? container.lastState?.terminated
  const restarts = container.restartCount ?? 0
  const words = waiting?.message ?? ''
  const where = `Pod/${pod.metadata.name}, container ${container.name}`
  if (last?.reason === 'OOMKilled' && restarts + 1 >= CRASHES) {
    return hopeless(
      'OUT_OF_MEMORY',
      `${where}: killed at its memory limit ${restarts} times.`,
      last.message ?? 'OOMKilled',
    )
  }
  if (waiting?.reason === 'InvalidImageName')
    return hopeless('IMAGE_PULL_FAILED', `${where}: the image name is not valid.`, words)
  if (waiting?.reason === 'ErrImagePull' || waiting?.reason === 'ImagePullBackOff')
    return pullFailed(where, words, events)
  if (CONFIG.has(waiting?.reason ?? ''))
    return hopeless('CONTAINER_CONFIG_ERROR', `${where}: cannot be created.`, words)
  if (restarts >= CRASHES && (waiting?.reason === 'CrashLoopBackOff' || terminated !== undefined)) {
    const code = last?.exitCode === undefined ? '' : ` with exit code ${last.exitCode}`
    return hopeless('CRASH_LOOP', `${where}: ended ${restarts} times${code}.`, last?.message ?? last?.reason ?? words)
  }
  return moving('', '')
}

/** What waiting will not mend: the registry answered, and the answer was no. */
const REFUSED =
  /not found|manifest unknown|unauthorized|denied|forbidden|authentication required|no match for platform|invalid reference/i

function pullFailed(where: string, words: string, events: readonly KubeObject[]): Finding {
  const texts = [words, ...events.map((event) => String((event as { message?: string }).message ?? ''))]
  const refusal = texts.find((text) => REFUSED.test(text))
  const tries = events.filter((event) => (event as { reason?: string }).reason === 'Failed').length
  if (refusal !== undefined) return hopeless('IMAGE_PULL_FAILED', `${where}: the registry refuses the image.`, refusal)
  if (tries >= 3) return hopeless('IMAGE_PULL_FAILED', `${where}: the image could not be pulled ${tries} times.`, words)
  return moving(`${where}: pulling the image failed, trying again`, words)
}

function unscheduled(pod: KubeObject, words: string): Finding {
  if (words === '') return moving(`Pod/${pod.metadata.name} waits for the scheduler`, '')
  return hopeless('UNSCHEDULABLE', `No node can take Pod/${pod.metadata.name}.`, words)
}

function failedPod(pod: KubeObject, reason: string, message: string): Finding {
  // A Deployment replaces an evicted pod by itself.
  if (reason === 'Evicted' || reason === 'NodeShutdown' || reason === 'Terminated')
    return moving(`Pod/${pod.metadata.name} was evicted, another takes its place`, message)
  return hopeless(
    'WORKLOAD_FAILED',
    `Pod/${pod.metadata.name} has failed${reason === '' ? '' : ` (${reason})`}.`,
    message,
  )
}

interface SetBody {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] }
}

/** The controller cannot create pods: PodSecurity, quota or an admission webhook refuses them. */
export function diagnoseReplicaSet(set: KubeObject, events: readonly KubeObject[]): Finding {
  const refused = (set as SetBody).status?.conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True')
  if (refused === undefined) return moving('', '')
  const words = refused.message ?? String((events.at(-1) as { message?: string } | undefined)?.message ?? '')
  // A ServiceAccount that is not there yet appears within a second.
  if (/serviceaccount .* not found/i.test(words)) return moving('waiting for the ServiceAccount', words)
  return hopeless('POD_REFUSED', `The cluster refuses the pods of ReplicaSet/${set.metadata.name}.`, words)
}

function moving(message: string, reason: string): Finding {
  return { verdict: 'moving', message, reason }
}

function hopeless(code: ErrorCode, message: string, reason: string): Finding {
  return { verdict: 'hopeless', code, message, reason }
}
