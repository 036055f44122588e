/** What becomes of a workspace whose objects do not tell it alone: of its run, its node pool and what is written of it. */

import { type Advice, advice, type Command, type Said } from '../advice.ts'
import type { NodePool, NodePoolRequest } from '../cloud/node-pool.ts'
import type { KubeObject } from '../objects/kube-object.ts'
import { isNodeIn } from '../objects/labels.ts'
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
  /** The kind of the object whose pods would do the work. */
  worker: string
  /** To copy. */
  deleteCommand: Command
}

/** How it stands, in facts, and what may be done about it; nothing while somebody is at work. */
export interface BeforeVerdict {
  phase: WorkspaceStatus['phase']
  says: string
  next?: Said
}

/** Of a workspace whose work has no object, or none any more. */
export function judgeBeforeRollout(seen: BeforeRollout): BeforeVerdict {
  const { run, wasApplied, worker, deleteCommand } = seen
  const pool = poolStory(seen)
  const about = pool === '' ? '' : `: ${pool}`
  const busy = atWork(run)
  if (busy !== undefined) return { phase: 'Progressing', says: `${busy}${about}` }
  const again = advice`run the same deploy again, or: ${deleteCommand}`
  if (run === 'hidden')
    return { phase: 'Progressing', says: `not applied${about}`, next: advice`if no run is at work, ${again}` }
  if (isDelete(run))
    return { phase: 'Failed', says: `its delete did not finish${about}`, next: advice`go on: ${deleteCommand}` }
  const what = wasApplied ? `its ${worker} is gone` : 'its deploy did not finish'
  return { phase: 'Failed', says: `${what}${about}`, next: again }
}

/** In one sentence. */
export function sayBefore({ says, next }: BeforeVerdict): Advice {
  if (next === undefined) return says
  return advice`${says}${says.includes(': ') ? '; ' : ': '}${next}`
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

/** @param nodes of the workspace. */
export function poolStory({ run, fact, pool, nodes }: Pick<BeforeRollout, 'run' | 'fact' | 'pool' | 'nodes'>): string {
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
  const ready = nodes.filter((node) => isNodeIn(node, pool) && isNodeReady(node))
  if (ready.length < pool.count) return `${name} is there, ${ready.length} of its ${pool.count} nodes are Ready`
  const withoutGpus = ready.filter((node) => nodeGpus(node) === 0)
  if (withoutGpus.length > 0)
    return `${name} is there, no GPU can be allocated on ${withoutGpus.map(({ metadata }) => metadata.name).join(', ')}`
  return `${name} is there`
}
