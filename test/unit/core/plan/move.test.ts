/** Another machine: which pool it is, how the pods find it, and what the root goes on naming. */
import { describe, expect, it } from 'vitest'
import type { PlanFacts } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import type { Plan } from '#core/plan/types.ts'
import { leavingOf, moved, poolsOf, type RootState, readRoot, renderRoot } from '#core/state/root.ts'
import { onAzure, supply, workspace } from './fixtures.ts'

const [A10, A100, H100] = ['Standard_NV36ads_A10_v5', 'Standard_NC24ads_A100_v4', 'Standard_NC40ads_H100_v5']
type Created = Extract<Plan['pool'], { mode: 'create' }>
type Kept = NonNullable<PlanFacts['pools']>[number]

/** On this machine, where the workspace has these pools. */
function poolOn(instanceType: string, ...pools: Created[]): Created {
  const kept = pools.map(({ cloud, request }): Kept => ({ ...request, cloud }))
  const { pool } = assemblePlan(workspace('mistral-7b'), supply, onAzure({ pools: kept }), { instanceType })
  if (pool.mode !== 'create') throw new Error('no pool')
  return pool
}

const OWN = 'kaito.sh/pool'
const first = poolOn(A10)
const second = poolOn(A100, first)

describe('the pool', () => {
  it('of a workspace that has none is named by its owner, and its pods ask for any of its nodes', () => {
    expect(first.request.labels[OWN]).toBeUndefined()
    expect(first.nodeSelector[OWN]).toBeUndefined()
    expect(poolOn(A100).request.name).toBe(first.request.name)
  })

  it('beside another has a name of its own, which its nodes carry and its pods ask for', () => {
    expect(second.request.name).not.toBe(first.request.name)
    expect(second.request.labels[OWN]).toBe(second.request.name)
    expect(second.nodeSelector).toEqual({ ...first.nodeSelector, [OWN]: second.request.name })
  })

  it('with the same machine is the same pool, wherever the workspace is on its way', () => {
    expect(poolOn(A10.toLowerCase(), first)).toEqual(first)
    expect(poolOn(A10, second, first)).toEqual(first)
    expect(poolOn(A100, second, first)).toEqual(second)
    expect(poolOn(A100, second)).toEqual(second)
  })

  it('is another for each machine', () => {
    const names = [first, second, poolOn(H100, second, first), poolOn(A10, second)].map(({ request }) => request.name)
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]{0,11}$/)
  })
})

describe('the root', () => {
  const kept = ({ cloud, request }: Created) => ({ cloud, name: request.name, request })
  const state = (pool: Created, ...leaving: Created[]): RootState => ({
    spec: workspace('mistral-7b'),
    lock: { image: 'i', modelId: 'm', servedModelName: 's', chat: true },
    pool: kept(pool),
    ...(leaving.length > 0 ? { leaving: leaving.map(kept) } : {}),
    companions: [],
  })
  const left = (wanted: Created, root: RootState) => leavingOf({ pool: wanted }, root).map(({ name }) => name)

  it('leaves every pool but the one that is wanted', () => {
    expect(left(second, state(first))).toEqual([first.request.name])
    expect(left(second, state(second, first))).toEqual([first.request.name])
    expect(left(first, state(second, first))).toEqual([second.request.name])
    expect(left(poolOn(H100, second, first), state(second, first))).toEqual([second.request.name, first.request.name])
    expect(left(first, state(first))).toEqual([])
  })

  it('takes nothing away where the pods run on nodes of their own', () => {
    const own: Plan['pool'] = { mode: 'existing', nodeSelector: {}, nodes: [] }
    expect(leavingOf({ pool: own }, state(second, first))).toEqual([])
  })

  it('names all of them until it is told that they are gone', () => {
    const written = readRoot(renderRoot('mistral-7b', 'n', state(second, first), { labels: {}, annotations: {} }))
    expect(written).toEqual(state(second, first))
    expect(poolsOf(state(second, first)).map(({ name }) => name)).toEqual([second.request.name, first.request.name])
    expect(moved(state(second, first))).toEqual(state(second))
  })
})
