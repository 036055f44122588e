/** Is one object done? A pure function of the object, after the field's own definition (kstatus). */
import type { KubeObject } from '../objects/kube-object.ts'

export interface ObjectStatus {
  status: 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown'
  /** Why, in the object's own words: `1 of 2 replicas are ready`. */
  message: string
}

/** The status of one object, from nothing but the object. Source of the rules: kubernetes-sigs/cli-utils pkg/kstatus. */
export function computeStatus(object: KubeObject): ObjectStatus {
  if (object.metadata.deletionTimestamp !== undefined) return { status: 'Terminating', message: 'is being deleted' }
  const rule = RULES[object.kind]
  return rule === undefined ? current('exists') : rule(object)
}

const RULES: Record<string, (object: KubeObject) => ObjectStatus> = {
  Deployment: deploymentStatus,
  Pod: podStatus,
  PersistentVolumeClaim: claimStatus,
}

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
}

interface DeploymentBody {
  spec?: { replicas?: number }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    conditions?: Condition[]
  }
}

function deploymentStatus(object: KubeObject): ObjectStatus {
  const { spec, status = {} } = object as DeploymentBody
  const wanted = spec?.replicas ?? 1
  if ((status.observedGeneration ?? 0) < (object.metadata.generation ?? 0))
    return moving('the change has not been seen yet')
  const stuck = status.conditions?.find((c) => c.type === 'Progressing' && c.reason === 'ProgressDeadlineExceeded')
  if (stuck !== undefined) return { status: 'Failed', message: stuck.message ?? 'progress deadline exceeded' }
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  if (updatedReplicas < wanted) return moving(`${updatedReplicas} of ${wanted} replicas are updated`)
  if (replicas > updatedReplicas) return moving(`${replicas - updatedReplicas} old replicas are still there`)
  if (readyReplicas < wanted) return moving(`${readyReplicas} of ${wanted} replicas are ready`)
  if (availableReplicas < wanted) return moving(`${availableReplicas} of ${wanted} replicas are available`)
  return current(`${wanted} of ${wanted} replicas are ready`)
}

interface PodBody {
  status?: {
    phase?: string
    conditions?: Condition[]
    reason?: string
    message?: string
    containerStatuses?: { restartCount?: number }[]
  }
}

function podStatus(object: KubeObject): ObjectStatus {
  const { status = {} } = object as PodBody
  if (status.phase === 'Succeeded') return current('has completed')
  if (status.phase === 'Failed') return { status: 'Failed', message: status.message ?? status.reason ?? 'has failed' }
  const isReady = status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
  const restarts = status.containerStatuses?.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0) ?? 0
  const since = restarts === 0 ? '' : `, restarted ${restarts === 1 ? 'once' : `${restarts} times`}`
  return isReady ? current(`is Ready${since}`) : moving(`is ${status.phase ?? 'Pending'}${since}`)
}

function claimStatus(object: KubeObject): ObjectStatus {
  const phase = (object as { status?: { phase?: string } }).status?.phase
  return phase === 'Bound' ? current('is Bound') : moving(`is ${phase ?? 'Pending'}`)
}

function current(message: string): ObjectStatus {
  return { status: 'Current', message }
}

function moving(message: string): ObjectStatus {
  return { status: 'InProgress', message }
}
