/** The parts of objects that the controllers read and write. */
import type { JsonObject, KubeObject } from '#core/kube-object.ts'
import type { Taint } from '#core/node-pool.ts'
import type { Toleration } from '#core/plan/tolerations.ts'

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export interface ContainerSpec {
  name: string
  image: string
  args?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[]
  ports?: { name?: string; containerPort: number }[]
  resources?: { requests?: Record<string, string | number>; limits?: Record<string, string | number> }
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

export interface Node extends KubeObject {
  spec?: { taints?: Taint[]; unschedulable?: boolean; providerID?: string }
  status?: {
    capacity?: Record<string, string>
    allocatable?: Record<string, string>
    conditions?: Condition[]
    images?: { names: string[] }[]
    addresses?: { type: string; address: string }[]
    nodeInfo?: JsonObject
  }
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

/** `500m`, `32`, `220Gi` → a number in the resource's own unit. Source: apimachinery resource.Quantity. */
export function quantity(text: string | number): number {
  const [, digits = '0', unit = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(String(text)) ?? []
  return Number(digits) * (UNITS[unit] ?? 1)
}

const UNITS: Readonly<Record<string, number>> = {
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

/** As controllers spell it: five or ten letters that form no words. */
export function suffix(seed: string, length: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  let [hash, text] = [2_166_136_261, '']
  for (let index = 0; text.length < length; index += 1) {
    for (const letter of `${seed}${index}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0
    text += letters[hash % letters.length]
  }
  return text
}
