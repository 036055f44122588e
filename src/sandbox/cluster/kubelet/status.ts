/** A container's record → the status and the events that a kubelet reports of it. */

import { isRefusal } from '../../engines/engine.ts'
import { type ContainerStatus, type Ended, type Pod, type PodStatus, withCondition } from '../../pod.ts'
import { suffix } from '../controllers/bodies.ts'
import type { Said } from '../controllers/events.ts'
import type { Container } from './container.ts'
import type { PodRecord, Stage } from './record.ts'

/** @param missing the kubelet's words when a Secret is not there. */
export function statusOf(
  pod: Pod,
  record: PodRecord,
  container: Container,
  facts: { missing: string | undefined; isKilled: boolean },
): PodStatus {
  const at = new Date(record.since).toISOString().replace(/\.\d+Z$/, 'Z')
  const isReady = record.stage === 'running'
  const state = stateOf(pod, record, container, facts, at)
  const before = pod.status?.containerStatuses?.[0]
  const ended = record.stage === 'ended' ? undefined : lastEnd(before)
  const status: ContainerStatus = {
    name: container.name,
    image: container.image,
    imageID: '',
    ready: isReady,
    started: isReady,
    restartCount: record.restarts,
    state,
    lastState: ended === undefined ? (before?.lastState ?? {}) : { terminated: ended },
  }
  const why = isReady
    ? {}
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${container.name}]` }
  const truth = isReady ? 'True' : 'False'
  let conditions = withCondition(pod.status?.conditions, { type: 'Initialized', status: 'True' }, at)
  for (const type of ['ContainersReady', 'Ready'])
    conditions = withCondition(conditions, { type, status: truth, ...why }, at)
  const hasStarted = state.running !== undefined || record.restarts > 0 || record.stage === 'ended'
  return {
    ...pod.status,
    phase: hasStarted ? 'Running' : 'Pending',
    conditions,
    containerStatuses: [status],
    startTime: pod.status?.startTime ?? at,
    hostIP: '127.0.0.1',
    podIP: `10.244.0.${(Number.parseInt(suffix(pod.metadata.uid ?? '', 4), 36) % 250) + 2}`,
  }
}

function lastEnd(before: ContainerStatus | undefined): Ended | undefined {
  return before?.state.terminated ?? before?.lastState.terminated
}

function stateOf(
  pod: Pod,
  { stage, failures, since }: PodRecord,
  { image, name, launch }: Container,
  { missing, isKilled }: { missing: string | undefined; isKilled: boolean },
  at: string,
): ContainerStatus['state'] {
  const said = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  // While it is pulled again, the kubelet still tells how it ended before.
  switch (stage === 'pulling' && failures > 0 ? 'pull-failed' : stage) {
    case 'pull-failed':
      return failures === 1
        ? { waiting: { reason: 'ErrImagePull', message: said } }
        : {
            waiting: {
              reason: 'ImagePullBackOff',
              message: `Back-off pulling image "${image}": ErrImagePull: ${said}`,
            },
          }
    case 'creating':
      return {
        waiting:
          missing === undefined
            ? { reason: 'ContainerCreating' }
            : { reason: 'CreateContainerConfigError', message: missing },
      }
    case 'booting':
    case 'running':
      return { running: { startedAt: pod.status?.containerStatuses?.[0]?.state.running?.startedAt ?? at } }
    case 'ended':
      return {
        terminated: isKilled
          ? { exitCode: 137, reason: 'OOMKilled', finishedAt: at }
          : { exitCode: isRefusal(launch) ? launch.exitCode : 1, reason: 'Error', finishedAt: at },
      }
    case 'backing-off': {
      const seconds = Math.min(300, 10 * 2 ** Math.max(0, failures - 1))
      const message = `back-off ${seconds}s restarting failed container=${name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
      return { waiting: { reason: 'CrashLoopBackOff', message } }
    }
    default:
      return since === 0 ? {} : { waiting: { reason: 'ContainerCreating' } }
  }
}

/** What a kubelet says when a stage begins. */
export function eventOf(stage: Stage, { image, name }: Container, missing: string | undefined): Said | undefined {
  const by = 'kubelet'
  switch (stage) {
    case 'pulling':
      return { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"`, by }
    case 'pull-failed':
      return {
        type: 'Warning',
        reason: 'Failed',
        message: `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
        by,
      }
    case 'creating':
      return missing === undefined ? undefined : { type: 'Warning', reason: 'Failed', message: `Error: ${missing}`, by }
    case 'starting':
      return { type: 'Normal', reason: 'Pulled', message: `Container image "${image}" is present on the machine`, by }
    case 'booting':
      return { type: 'Normal', reason: 'Started', message: `Started container ${name} (simulated)`, by }
    case 'backing-off':
      return { type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${name}`, by }
    default:
      return undefined
  }
}
