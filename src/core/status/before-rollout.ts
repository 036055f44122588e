/** What becomes of a workspace whose objects do not tell it alone: of its run, its node pool and what is written of it. */

import { advice, type Command } from '../advice.ts'
import type { NodePool, NodePoolRequest } from '../cloud/node-pool.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { isNodeReady, nodeGpus } from './nodes.ts'
import type { WorkspaceStatus } from './workspace-status.ts'

/** The run that is at work, or was last. `none`: there was none; `hidden`: this identity may not see it. */
export type Run =
  | { verb: 'deploy' | 'delete' | undefined; isLive: boolean; by: string; since: string | undefined }
  | 'none'
  | 'hidden'

/** What is known of the pool: `joined` by its nodes, else what the cloud says, or why it could not be asked. */
export type PoolFact =
  | { kind: 'none' }
  | { kind: 'joined' | 'absent' }
  | { kind: 'there'; pool: NodePool }
  | { kind: 'unknown'; why: string }

export interface BeforeRollout {
  run: Run
  fact: PoolFact
  /** As it was asked for. */
  pool: NodePoolRequest | undefined
  nodes: readonly KubeObject[]
  /** Its objects had been applied, and are gone or going. */
  wasApplied: boolean
  /** To copy. */
  deleteCommand: Command
}

type Phase = Pick<WorkspaceStatus, 'phase' | 'message'>

/** Of a workspace without a Deployment. */
export function judgeBeforeRollout(seen: BeforeRollout): Phase {
  const { run, wasApplied, deleteCommand } = seen
  const pool = poolStory(seen)
  const about = pool === '' ? '' : `: ${pool}`
  const busy = atWork(run)
  if (busy !== undefined) return { phase: 'Progressing', message: `${busy}${about}` }
  const rest = pool === '' ? '' : `${pool}; `
  if (run === 'hidden') {
    const message = advice`not applied: ${rest}if no run is at work, run the same deploy again, or: ${deleteCommand}`
    return { phase: 'Progressing', message }
  }
  if (isDelete(run))
    return { phase: 'Failed', message: advice`left behind, its delete has ended: ${rest}go on: ${deleteCommand}` }
  const what = wasApplied ? 'its Deployment is gone' : 'left behind, its deploy has ended'
  return { phase: 'Failed', message: advice`${what}: ${rest}run the same deploy again, or: ${deleteCommand}` }
}

/** It takes it away, or was the last to. */
export function isDelete(run: Run): boolean {
  return run !== 'none' && run !== 'hidden' && run.verb === 'delete'
}

/** Undefined: nobody is. */
export function atWork(run: Run): string | undefined {
  if (run === 'none' || run === 'hidden' || !run.isLive) return undefined
  const { verb, by, since } = run
  const what = verb === undefined ? 'worked on' : verb === 'deploy' ? 'being deployed' : 'being deleted'
  return `${what} by ${by}${since === undefined ? '' : ` since ${since.replace(/\.\d+Z$/, 'Z')}`}`
}

function poolStory({ run, fact, pool, nodes }: BeforeRollout): string {
  if (pool === undefined) return ''
  const name = `the node pool ${pool.name}`
  if (fact.kind === 'absent')
    return atWork(run) === undefined ? `there is no node pool ${pool.name}` : `${name} is not there`
  if (fact.kind === 'unknown') return `${name} may be there and bill, the cloud could not be asked (${fact.why})`
  if (fact.kind === 'there') {
    const { state, rawState, reason } = fact.pool
    if (state === 'creating') return `${name} is being made in the cloud`
    if (state === 'deleting') return `${name} is being deleted in the cloud`
    if (state === 'failed') return `${name} has failed in the cloud (${(reason ?? rawState).replace(/\. .*/s, '')})`
  }
  const ready = nodes.filter(isNodeReady)
  if (ready.length < pool.count) return `${name} is there, ${ready.length} of its ${pool.count} nodes are Ready`
  const withoutGpus = ready.filter((node) => nodeGpus(node) === 0)
  if (withoutGpus.length > 0)
    return `${name} is there, no GPU can be allocated on ${withoutGpus.map(({ metadata }) => metadata.name).join(', ')}`
  return `${name} is there`
}
