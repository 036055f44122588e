/** Machines of a cloud → nodes of the cluster, over its API as a real cloud's kubelets come to it. */
import type { Taint } from '#core/cloud/node-pool.ts'
import { KINDS, typeOf } from '#core/objects/kinds.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'

export interface Machine {
  name: string
  providerId: string
  instanceType: string
  vcpus: number
  memoryGiB: number
  diskGiB: number
  /** Those that a device plugin is going to announce. */
  gpus: number
  labels: Record<string, string>
  taints: Taint[]
}

export interface Machines {
  /** Those that are nodes already stay as they are. */
  join(machines: readonly Machine[]): Promise<void>
  /** All of a pool. */
  remove(pool: string): Promise<void>
  /** By their names. */
  removeNodes(names: readonly string[]): Promise<void>
}

interface KubeAnswer {
  status: number
  body: unknown
}
export type KubeCall = (method: string, path: string, body?: unknown) => Promise<KubeAnswer>

export function createMachines(kube: KubeCall, poolLabel: string): Machines {
  const removeNodes = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await kube('DELETE', `/api/v1/nodes/${name}`)
  }
  return {
    async join(machines) {
      for (const machine of machines) {
        const { status, body } = await kube('POST', '/api/v1/nodes', nodeOf(machine))
        if (status >= 300 && status !== 409) throw new Error(`POST node: ${status} ${JSON.stringify(body)}`)
      }
    },
    async remove(pool) {
      const selector = encodeURIComponent(`${poolLabel}=${pool}`)
      const { body } = await kube('GET', `/api/v1/nodes?labelSelector=${selector}`)
      const { items = [] } = (body ?? {}) as { items?: KubeObject[] }
      await removeNodes(items.map(({ metadata }) => metadata.name))
    },
    removeNodes,
  }
}

export function nodeOf(machine: Machine): KubeObject {
  const { name, providerId, instanceType, labels, taints } = machine
  const resources = resourcesOf(machine)
  return {
    ...typeOf(KINDS.node),
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': instanceType,
        ...labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: { providerID: providerId, ...(taints.length > 0 ? { taints } : {}) },
    status: { capacity: resources, allocatable: resources },
  }
}

function resourcesOf({ vcpus, memoryGiB, diskGiB, gpus }: Machine): Record<string, string> {
  return {
    cpu: String(vcpus),
    memory: `${memoryGiB}Gi`,
    'ephemeral-storage': `${diskGiB}Gi`,
    pods: '110',
    ...(gpus > 0 ? { 'nvidia.com/gpu': String(gpus) } : {}),
  }
}
