/** Pods as the simulated cluster keeps them. */
import type { KubeObject } from '#core/objects/kube-object.ts'

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

export interface ContainerSpec {
  name: string
  image: string
  args?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[]
  ports?: { name?: string; containerPort: number }[]
  resources?: { requests?: Record<string, string | number>; limits?: Record<string, string | number> }
  volumeMounts?: { name: string; mountPath: string }[]
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
}

interface PodSpec {
  nodeName?: string
  containers: ContainerSpec[]
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  schedulingGates?: { name: string }[]
  volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[]
}

export interface Ended {
  exitCode: number
  reason: string
  message?: string
  startedAt?: string
  finishedAt?: string
}

export interface ContainerStatus {
  name: string
  image: string
  imageID: string
  ready: boolean
  started: boolean
  restartCount: number
  state: { waiting?: { reason: string; message?: string }; running?: { startedAt: string }; terminated?: Ended }
  lastState: { terminated?: Ended }
}

export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Failed' | 'Succeeded'
  conditions?: Condition[]
  containerStatuses?: ContainerStatus[]
  startTime?: string
  podIP?: string
  hostIP?: string
}

export interface Pod extends KubeObject {
  spec: PodSpec
  status?: PodStatus
}

/** Replaces one condition; its time moves only when its status does. */
export function withCondition(conditions: readonly Condition[] = [], next: Condition, now: string): Condition[] {
  const before = conditions.find(({ type }) => type === next.type)
  const at = before?.status === next.status ? before.lastTransitionTime : now
  const made = { ...next, ...(at === undefined ? {} : { lastTransitionTime: at }) }
  return before === undefined
    ? [...conditions, made]
    : conditions.map((each) => (each.type === next.type ? made : each))
}
