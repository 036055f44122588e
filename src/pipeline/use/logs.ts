/** The engine's log, each line with its pod where there are several. */
import { advice, kaito } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { KINDS, kindIn } from '#core/objects/kinds.ts'
import { type KubeObject, refOf } from '#core/objects/kube-object.ts'
import { rootRef, workspaceSelector } from '#core/objects/labels.ts'
import { unknownWorkspace } from '../observe/unknown-workspace.ts'
import type { Ports } from '../ports.ts'
import { ENGINE_CONTAINER } from './address.ts'
import type { LogBegin } from './log-resume.ts'

interface PodBody {
  status?: { containerStatuses?: { name: string; restartCount?: number }[] }
}

export interface LogsRequest extends LogBegin {
  objectName: string
  namespace: string
  previous: boolean
  /** Each line with its time. */
  isStamped: boolean
  /** Each line with its pod, even of one alone: others are printed beside it. */
  isOfSeveral: boolean
}

/** A pod that has no log to give is told as a warning; the failure is thrown when none has. */
export async function readLogs(request: LogsRequest, write: (text: string) => void, ports: Ports): Promise<void> {
  const { objectName, namespace, previous, isStamped, isOfSeveral } = request
  const { kube, signal } = ports
  const labelSelector = workspaceSelector(objectName)
  const pods = await kube.list(kindIn(KINDS.pod, namespace), { signal, labelSelector })
  if (pods.length === 0) throw await noPods(request, ports)
  if (previous && !pods.some(hasRestarted)) throw notRestarted(request, pods)
  const options = { signal, previous, container: ENGINE_CONTAINER, timestamps: isStamped, ...beginOf(request) }
  const found = await Promise.allSettled(pods.map((pod) => kube.logs(refOf(pod), options)))
  signal.throwIfAborted()
  const failures = found.flatMap((log) => (log.status === 'rejected' ? [log.reason as unknown] : []))
  if (failures.length === pods.length) throw failures[0]
  for (const failure of failures) {
    if (!(failure instanceof KaitoError)) throw failure
    const { message, reason = '' } = failure
    ports.emit({ type: 'warning', phase: 'watch', code: 'no-log', message: `${message} ${reason}`.trim() })
  }
  for (const [index, pod] of pods.entries()) {
    const log = found[index]
    const start = isOfSeveral || pods.length > 1 ? `[${pod.metadata.name}] ` : ''
    if (log?.status === 'fulfilled' && log.value !== '') write(log.value.trimEnd().replace(/^/gm, start).concat('\n'))
  }
}

export function beginOf({ tailLines, sinceSeconds }: LogBegin): LogBegin {
  return {
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
  }
}

/** The workspace waits for its node, or sleeps; or there is none. */
export async function noPods(
  { objectName, namespace }: Pick<LogsRequest, 'objectName' | 'namespace'>,
  ports: Ports,
): Promise<KaitoError> {
  const root = await ports.kube.get(rootRef(objectName, namespace), ports.signal)
  if (root === undefined) return unknownWorkspace(objectName, namespace, ports)
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `Workspace ${objectName} has no pod in namespace ${namespace}.`,
    hint: advice`See why: ${kaito('status', { workspace: objectName, namespace })}`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}

function hasRestarted(pod: KubeObject): boolean {
  const { containerStatuses = [] } = (pod as PodBody).status ?? {}
  return containerStatuses.some(({ name, restartCount = 0 }) => name === ENGINE_CONTAINER && restartCount > 0)
}

function notRestarted({ objectName, namespace }: LogsRequest, pods: readonly KubeObject[]): KaitoError {
  const names = pods.map(({ metadata }) => `Pod/${metadata.name}`).join(', ')
  return new KaitoError({
    code: 'NOT_FOUND',
    phase: 'watch',
    message: `The engine of ${names} has not restarted: there is no previous log.`,
    hint: advice`See the current log: ${kaito('logs', { workspace: objectName, namespace })}`,
    resource: { kind: 'Workspace', name: objectName, namespace },
  })
}
