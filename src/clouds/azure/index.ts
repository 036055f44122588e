/** AKS as a `CloudPort`. */

import { isSameOwner, type NodePool, type PoolOwner } from '#core/cloud/node-pool.ts'
import type { CloudChange, CloudPort, Submitted } from '../cloud.ts'
import { toNodePool } from './agent-pool.ts'
import { findCluster, getCluster, nodeGroupsOf, parseClusterResource, toCloudCluster } from './cluster.ts'
import { type Connection, connectAzure, type Env } from './connect.ts'
import { type AksContext, type ClusterId, callAzure } from './context.ts'
import { ensurePool } from './ensure.ts'
import { pollPool } from './poll.ts'
import { readPool } from './pool.ts'
import { removePool } from './remove.ts'
import { listMachines, shrinkPool } from './shrink.ts'

interface OpenRequest {
  providerIds: readonly string[]
  clusterResource?: string
}

/** Detection asks Azure once; it must not hang a command that was given no deadline. */
const DETECT_TIMEOUT_MS = 60_000

/** Finds the cluster; undefined when no node is an Azure machine and no cluster is named. */
export async function openAzure(request: OpenRequest, env: Env, stop: AbortSignal): Promise<CloudPort | undefined> {
  const { clusterResource, providerIds } = request
  const signal = AbortSignal.any([stop, AbortSignal.timeout(DETECT_TIMEOUT_MS)])
  if (clusterResource !== undefined) {
    const id = parseClusterResource(clusterResource)
    const connection = connectAzure(env)
    const { location } = await getCluster(contextOf(id, '', connection), signal)
    return createPort(contextOf(id, location, connection))
  }
  const groups = nodeGroupsOf(providerIds)
  if (groups.length === 0) return undefined
  const connection = connectAzure(env)
  const { id, region } = await findCluster(groups, connection, signal)
  return createPort(contextOf(id, region, connection))
}

function contextOf(id: ClusterId, region: string, connection: Connection): AksContext {
  const client = connection.openClient(id.subscription)
  return { ...id, client, region, pollIntervalMs: connection.pollIntervalMs }
}

function createPort(context: AksContext): CloudPort {
  return {
    id: 'azure',
    async describeCluster(signal) {
      return toCloudCluster(await getCluster(context, signal), context)
    },
    async getPool(name, signal) {
      const subject = { phase: 'provision', action: `read the node pool ${name}`, signal, pool: name } as const
      const pool = await readPool({ context, subject })
      return pool === undefined ? undefined : toNodePool(pool)
    },
    machines(pool, signal) {
      const action = `list the machines of the node pool ${pool}`
      return listMachines({ context, subject: { phase: 'provision', action, signal, pool } })
    },
    listPools: (signal, owner) => listPools(context, signal, owner),
    submit: (change, signal) => submit(change, context, signal),
    poll: (pool, token, signal) => pollPool(pool, token, context, signal),
  }
}

function submit(change: CloudChange, context: AksContext, signal: AbortSignal): Promise<Submitted> {
  if (change.kind === 'delete') {
    const { name: pool } = change
    const subject = { phase: 'destroy', action: `delete the node pool ${pool}`, pool, signal } as const
    return removePool({ context, subject })
  }
  if (change.kind === 'shrink') {
    const { name: pool, machines } = change
    const action = `take machines from the node pool ${pool}`
    return shrinkPool(machines, { context, subject: { phase: 'provision', action, pool, signal } })
  }
  const { name: pool, instanceType } = change.request
  const action = `create the node pool ${pool}`
  const subject = { phase: 'provision', action, pool, instanceType, signal } as const
  return ensurePool(change.request, { context, subject })
}

function listPools(context: AksContext, signal: AbortSignal, owner?: PoolOwner): Promise<NodePool[]> {
  const { client, resourceGroup, cluster } = context
  const subject = { phase: 'destroy', action: `list the node pools of ${cluster}`, signal } as const
  return callAzure(subject, context, async () => {
    const owned: NodePool[] = []
    for await (const item of client.agentPools.list(resourceGroup, cluster, { abortSignal: signal })) {
      const pool = toNodePool(item)
      if (pool.owner === undefined) continue
      if (owner === undefined || isSameOwner(pool.owner, owner)) owned.push(pool)
    }
    return owned
  })
}
