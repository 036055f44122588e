/** The real node as a GPU node: the kubelet keeps what is put into its status, and the scheduler counts it. */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { NODE_SOCKET } from '../cluster/starter/places.ts'
import { api } from '../cluster/suite/bed.ts'
import { NODE_NAME } from './places.ts'

const GPUS = '2'

interface Node {
  status?: { allocatable?: Record<string, string>; conditions?: { type: string; status: string }[] }
}

/** Asks the bed for it; once is enough, and more do no harm. */
export async function startRealNode(): Promise<void> {
  await once(createConnection(NODE_SOCKET).resume(), 'close')
}

/** True once the node is Ready with its GPUs. */
export async function joinRealNode(): Promise<boolean> {
  const path = `/api/v1/nodes/${NODE_NAME}`
  const { status, body } = await api<Node>('GET', path)
  if (status !== 200) return false
  if (body.status?.allocatable?.['nvidia.com/gpu'] !== GPUS) {
    const patch = [{ op: 'add', path: '/status/capacity/nvidia.com~1gpu', value: GPUS }]
    await api('PATCH', `${path}/status`, patch, 'application/json-patch+json')
    return false
  }
  return body.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true
}
