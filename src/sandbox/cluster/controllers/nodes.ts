/** Machines → Nodes that are Ready, and then have GPUs: what kubelet, driver and device plugin do, in their time. */

import type { CloudTraits } from '#core/cloud/cloud-traits.ts'
import type { Taint } from '#core/cloud/node-pool.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { withCondition } from '../../pod.ts'
import { now } from '../store/objects.ts'
import type { Node } from './bodies.ts'
import type { World } from './loop.ts'

const GPU = 'nvidia.com/gpu'
/** How many GPUs the machine has, until the device plugin has said so. */
const WAITING_GPUS = 'sandbox.kaito.sh/gpus'
/** When the machine appeared, in milliseconds. */
const APPEARED = 'sandbox.kaito.sh/appeared'
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

export interface NodeTimes {
  /** Whose pools have nodes here. */
  clouds: readonly CloudTraits[]
  /** Real seconds that the cloud needs for the machine itself. */
  machineSeconds: number
  /** A drill: they never can be allocated. */
  hasGpus(): boolean
}

export function reconcileNodes({ clouds, machineSeconds, hasGpus }: NodeTimes) {
  return ({ store, now: clock, scaled }: World): number | undefined => {
    const due: number[] = []
    for (const node of store.list(KINDS.node) as Node[]) {
      if (node.status?.conditions === undefined) {
        store.put(arrived(node, clock()))
        continue
      }
      const appeared = Number(node.metadata.annotations?.[APPEARED])
      const isReady = node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
      const seconds = secondsOf(node, clouds, machineSeconds)
      const readyAt = appeared + scaled(seconds.ready)
      if (!isReady && clock() < readyAt) due.push(readyAt)
      else if (!isReady) store.put(ready(node))
      const gpus = node.metadata.annotations?.[WAITING_GPUS]
      if (gpus === undefined || !isReady || !hasGpus()) continue
      const gpuAt = appeared + scaled(seconds.ready + seconds.gpus)
      if (clock() < gpuAt) due.push(gpuAt)
      else store.put(withGpus(node, gpus))
    }
    return due.length === 0 ? undefined : Math.min(...due)
  }
}

/** From the machine's start until the node is Ready, and from then to its GPUs. One that somebody else put there is taken as it is. */
function secondsOf(
  { metadata }: Node,
  clouds: readonly CloudTraits[],
  machineSeconds: number,
): { ready: number; gpus: number } {
  const cloud = clouds.find(({ poolLabel }) => metadata.labels?.[poolLabel] !== undefined)
  if (cloud === undefined) return { ready: 0, gpus: 0 }
  const { ready, gpus } = cloud.usualSeconds
  return { ready: Math.max(0, ready - machineSeconds), gpus }
}

function arrived(node: Node, at: number): Node {
  const { [GPU]: gpus, ...allocatable } = node.status?.allocatable ?? {}
  const waits = gpus === undefined ? {} : { [WAITING_GPUS]: gpus }
  const conditions = withCondition(
    [],
    { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'container runtime network not ready' },
    now(),
  )
  return {
    ...node,
    metadata: {
      ...node.metadata,
      annotations: {
        ...node.metadata.annotations,
        ...waits,
        [APPEARED]: String(at),
        'sandbox.kaito.sh/simulated': 'true',
      },
    },
    spec: { ...node.spec, taints: [...(node.spec?.taints ?? []), NOT_READY] },
    status: {
      ...node.status,
      capacity: { ...node.status?.capacity, ...(gpus === undefined ? {} : { [GPU]: '0' }) },
      allocatable: { ...allocatable, ...(gpus === undefined ? {} : { [GPU]: '0' }) },
      conditions,
      nodeInfo: { kubeletVersion: 'v1.36.0-kaito-sandbox', containerRuntimeVersion: 'simulated' },
    },
  }
}

function ready(node: Node): Node {
  const condition = {
    type: 'Ready',
    status: 'True' as const,
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
  }
  return {
    ...node,
    spec: { ...node.spec, taints: (node.spec?.taints ?? []).filter(({ key }) => key !== NOT_READY.key) },
    status: { ...node.status, conditions: withCondition(node.status?.conditions, condition, now()) },
  }
}

function withGpus(node: Node, gpus: string): Node {
  const { [WAITING_GPUS]: _waiting, ...annotations } = node.metadata.annotations ?? {}
  const count = { [GPU]: gpus }
  return {
    ...node,
    metadata: { ...node.metadata, annotations },
    status: {
      ...node.status,
      capacity: { ...node.status?.capacity, ...count },
      allocatable: { ...node.status?.allocatable, ...count },
    },
  }
}
