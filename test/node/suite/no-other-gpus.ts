/** Before the suites: a GPU node that something else left in the bed would take the pods that are to find none free. */
import { api } from '../../cluster/suite/api.ts'
import { NODE_NAME } from '../places.ts'

interface BedNode {
  metadata: { name: string }
  status: { allocatable?: Record<string, string> }
}

export async function setup(): Promise<void> {
  const { body } = await api<{ items: BedNode[] }>('GET', '/api/v1/nodes')
  const others = body.items
    .filter(({ metadata, status }) => metadata.name !== NODE_NAME && Number(status.allocatable?.['nvidia.com/gpu']) > 0)
    .map(({ metadata }) => metadata.name)
  if (others.length === 0) return
  throw new Error(
    `The bed has GPU nodes beside ${NODE_NAME}: ${others.join(', ')}. Start from an empty one: npm run cluster:down && npm run node:up`,
  )
}
