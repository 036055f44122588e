/** Replicas and the GPUs that hold them → how an update goes, so that it never waits for a GPU that is not there. */
import { describe, expect, it } from 'vitest'
import type { NodeFact } from '#core/placement/facts.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { node, onAzure, onOwnNodes, supply, workspace } from '../plan/fixtures.ts'

const plan = (nodes: NodeFact[], replicas: number) =>
  assemblePlan(workspace('mistral-7b'), supply, onOwnNodes(...nodes), { replicas }).update

describe('an update', () => {
  it.each([
    ['a GPU is free', [node('a'), node('b')], 1, 'surge'],
    ['a GPU is free beside several replicas', [node('a'), node('b'), node('c')], 2, 'surge'],
    ['another workspace holds it', [node('a'), node('b', { freeGpus: 0 })], 1, 'recreate'],
    ['every GPU has its replica', [node('a'), node('b')], 2, 'in-turn'],
    ['the only GPU is taken', [node('a')], 1, 'recreate'],
  ])('where %s', (_where, nodes, replicas, kind) => {
    expect(plan(nodes, replicas)).toMatchObject({ kind, because: expect.stringMatching(/GPU is free/) })
  })

  it('on a pool of its own: the pool has as many GPUs as it needs', () => {
    const update = (replicas: number) =>
      assemblePlan(workspace('mistral-7b'), supply, onAzure(), { replicas, instanceType: 'Standard_NC24ads_A100_v4' })
        .update.kind
    expect([update(1), update(2)]).toEqual(['recreate', 'in-turn'])
  })

  it('where nobody can say: no GPU is counted on', () => {
    const hidden = { ...onOwnNodes(), nodesHidden: true }
    expect(assemblePlan(workspace('mistral-7b'), supply, hidden, {}).update).toMatchObject({
      kind: 'recreate',
      because: expect.stringContaining('not known'),
    })
  })
})
