/** How a plan's update is written, and what a volume claim and the user's own strategy make of it. */
import { describe, expect, it } from 'vitest'
import { parsePatches } from '#core/objects/parse-patches.ts'
import { assemblePlan } from '#core/plan/assemble.ts'
import { SHIPPED_WORKLOADS } from '#core/workload/index.ts'
import { openTemplates } from '#data/templates.ts'
import { patchWarnings, renderObjects } from '#render/render.ts'
import { node, onOwnNodes, supply, workspace } from '../core/plan/fixtures.ts'

const withTemplates = { ...supply, templates: await openTemplates(), workloads: SHIPPED_WORKLOADS }
const CLAIM = 'volumes: [{name: w, persistentVolumeClaim: {claimName: weights}}]'
const MOUNTED = `kind: Deployment\nspec: {template: {spec: {${CLAIM}}}}`
const SURGE = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
const IN_TURN = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }

function render(nodes: number, replicas: number, ...patches: string[]) {
  const names = Array.from({ length: nodes }, (_, index) => node(`n${index}`))
  const plan = assemblePlan(workspace('mistral-7b'), supply, onOwnNodes(...names), { replicas })
  const objects = renderObjects(
    plan,
    withTemplates,
    patches.flatMap((text) => parsePatches('p', text)),
  )
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as unknown as { spec: { strategy: object } }
  return {
    strategy: deployment.spec.strategy,
    warnings: patchWarnings(plan, objects, withTemplates).map(({ code }) => code),
  }
}

describe('the strategy', () => {
  it.each([
    ['surge', 2, 1, SURGE],
    ['in turn', 2, 2, IN_TURN],
    ['recreate', 1, 1, { type: 'Recreate' }],
  ])('%s', (_kind, nodes, replicas, strategy) => {
    expect(render(nodes, replicas)).toEqual({ strategy, warnings: [] })
  })

  it('a claim that old and new pods would share: the old pod ends first', () => {
    expect(render(2, 1, MOUNTED)).toEqual({ strategy: { type: 'Recreate' }, warnings: [] })
    expect(render(3, 2, MOUNTED)).toEqual({ strategy: IN_TURN, warnings: [] })
    expect(render(2, 2, MOUNTED)).toEqual({ strategy: IN_TURN, warnings: [] })
  })

  it.each([
    ['a partial object', 'kind: Deployment\nspec: {strategy: {rollingUpdate: {maxSurge: 1}}}', SURGE],
    [
      'an operation',
      'target: {kind: Deployment}\npatch: [{op: replace, path: /spec/strategy/rollingUpdate/maxSurge, value: 2}]',
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } },
    ],
  ])('the user’s own stays, with a warning: %s', (_form, patch, strategy) => {
    expect(render(2, 1, MOUNTED, patch)).toEqual({ strategy, warnings: ['surge-with-volume'] })
    expect(render(2, 1, patch)).toEqual({ strategy, warnings: [] })
  })

  it('the user’s own that shares no claim needs no warning', () => {
    const recreate = 'kind: Deployment\nspec: {strategy: {type: Recreate, rollingUpdate: null}}'
    expect(render(2, 1, MOUNTED, recreate)).toEqual({ strategy: { type: 'Recreate' }, warnings: [] })
  })
})
