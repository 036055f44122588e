/** A workspace on its way from one node pool to another: how far it is, what it is billed for, and both ways out. */
import { type Advice, advice, type Said } from '../../advice.ts'
import type { NodePoolRequest } from '../../cloud/node-pool.ts'
import { isNodeIn } from '../../objects/labels.ts'
import { deployCommand } from '../../redeploy.ts'
import { type PoolFact, poolStory } from '../before-rollout.ts'
import type { Snapshot } from '../snapshot.ts'
import type { WorkspaceStatus } from '../workspace-status.ts'

/** A pool that it moves away from. */
export type Leaving = NonNullable<WorkspaceStatus['leaving']>[number]

/** Those that may bill. */
export function leavingOf({ root, leaving, nodes }: Snapshot): Leaving[] {
  return (root?.state.leaving ?? []).flatMap(({ request }) => {
    const fact = leaving.get(request.name)
    if (fact?.kind === 'absent') return []
    const joined = nodes.filter((node) => isNodeIn(node, request)).length
    return [{ name: request.name, instanceType: request.instanceType, nodes: machinesIn(fact, request, joined) }]
  })
}

function machinesIn(fact: PoolFact | undefined, { count }: NodePoolRequest, joined: number): number {
  return fact?.kind === 'there' ? fact.pool.count : Math.max(count, joined)
}

export interface MoveStory {
  says: string
  /** Where nobody is at work on it. */
  next?: Said
}

/** Undefined: it does not move. */
export function moveStory(seen: Snapshot, isAtWork: boolean): MoveStory | undefined {
  const { root, run, pool: fact, nodes, name: workspace, namespace } = seen
  const pool = root?.state.pool?.request
  const [from] = root?.state.leaving ?? []
  if (pool === undefined || from === undefined) return undefined
  const story = poolStory({ run, fact, pool, nodes })
  const way = `from ${from.request.instanceType} to ${pool.instanceType}`
  const about = `${story}; node pool ${from.request.name} is billed until it is done`
  const says = isAtWork ? `moving ${way}: ${about}` : `its move ${way} is not finished: ${about}`
  const [on, back] = [pool, from.request].map(({ instanceType }) =>
    deployCommand(root?.state.spec, { workspace, namespace }, { instanceType }),
  )
  return on === undefined || back === undefined ? { says } : { says, next: advice`go on: ${on}; or back: ${back}` }
}

/** What is said of it, and then of its move. */
export function withMove(message: Advice, story: MoveStory | undefined): Advice {
  return story === undefined ? message : advice`${message}; ${story.says}`
}
