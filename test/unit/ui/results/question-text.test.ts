/** The question before money or an outage: one sentence that can be answered without looking at anything else. */
import { describe, expect, it } from 'vitest'
import type { PlanResult } from '#core/results.ts'
import { deleteQuestion, deployQuestion } from '#ui/results/question-text.ts'
import { createColors } from '#ui/text/colors.ts'
import { plainLook, planResult, target } from '../samples.ts'

const plain = createColors(plainLook)
const says = (...plans: PlanResult[]) => deployQuestion(plans, plain)?.says
const { plan, ...rest } = planResult
const named = (objectName: string, usdPerHour: number | undefined): PlanResult => {
  const pool = plan.pool.mode === 'create' ? { ...plan.pool, usdPerHour } : plan.pool
  return { ...rest, plan: { ...plan, objectName, pool } }
}
const UNCHANGED = { name: 'kmistral7b', change: 'unchanged' } as const

describe('a deploy', () => {
  it('that makes a pool names place, machine, count and price', () => {
    expect(says(planResult)).toBe(
      'This creates 1 × Standard_NC24ads_A100_v4 for workspace mistral-7b (model mistral-7b-instruct) in context demo, namespace default: $3.67 per hour until it is deleted.',
    )
  })

  it('that grows one says from how many to how many', () => {
    const pool = { name: 'kmistral7b', change: 'scaled', nodes: { from: 1, to: 2 } } as const
    const grown = named('mistral-7b', 7.346)
    if (grown.plan.pool.mode === 'create') grown.plan.pool.nodes = 2
    expect(says({ ...grown, pool })).toBe(
      'This grows workspace mistral-7b (model mistral-7b-instruct) from 1 to 2 × Standard_NC24ads_A100_v4 in context demo, namespace default: $7.35 per hour until it is deleted.',
    )
  })

  it('of several sums machines and prices, and says what it cannot sum', () => {
    expect(says(named('one', 3.673), named('two', 3.673))).toBe(
      'This creates 2 × Standard_NC24ads_A100_v4 for 2 workspaces (one, two) in context demo, namespace default: $7.35 per hour in all until they are deleted.',
    )
    expect(says(named('one', 3.673), named('two', undefined))).toContain(
      '$3.67 per hour in all and 1 pool of unknown price until',
    )
  })

  it('of many shows some of them and counts the rest', () => {
    const many = Array.from({ length: 40 }, (_, index) => named(`w${index}`, 1))
    const question = deployQuestion(many, plain)
    expect(question?.rows).toHaveLength(5)
    expect(question?.rows.at(-1)).toContain('and 36 more')
    expect(question?.says).toContain('40 × Standard_NC24ads_A100_v4 for 40 workspaces (w0, w1, w2, w3 and 36 more)')
    expect(question?.says).toContain('$40.00 per hour in all')
  })

  const leaves = [{ name: 'old', instanceType: 'Small_GPU', nodes: 2, usdPerHour: 1.5 }]

  it('that moves to another machine names both, the price of the new one and the sum while both stand', () => {
    const pool = { name: 'kmistral7b', change: 'created', leaves } as const
    expect(says({ ...planResult, pool })).toBe(
      'This moves workspace mistral-7b (model mistral-7b-instruct) from 2 × Small_GPU to 1 × Standard_NC24ads_A100_v4 in context demo, namespace default: $3.67 per hour, and $5.17 per hour until the old machines are gone.',
    )
    const unpriced = { ...pool, leaves: leaves.map((each) => ({ ...each, usdPerHour: undefined })) }
    expect(says({ ...planResult, pool: unpriced })).toContain(
      ': $3.67 per hour, and $3.67 per hour and an unknown price until the old machines are gone.',
    )
  })

  it('of several says how many move, and what all of it costs until then', () => {
    const moving = { ...named('two', 3.673), pool: { name: 'two', change: 'created', leaves } } as const
    expect(says(named('one', 3.673), moving)).toMatch(
      /\$7\.35 per hour in all until they are deleted\. 1 of them moves to other machines: \$8\.85 per hour until the old machines are gone\.$/,
    )
  })

  it('whose new machines stand already says what goes', () => {
    expect(says({ ...planResult, pool: { ...UNCHANGED, leaves } })).toBe(
      'This puts workspace mistral-7b (model mistral-7b-instruct) on 1 × Standard_NC24ads_A100_v4 alone in context demo, namespace default, and removes node pool old (2 × Small_GPU): $3.67 per hour from then on.',
    )
  })

  it('that takes something away says so first', () => {
    const losses = [{ kind: 'capacity', says: 'This lowers the replicas from 2 to 1.' }] as const
    expect(says({ ...planResult, pool: UNCHANGED, losses: [...losses] })).toBe(
      'This lowers the replicas from 2 to 1. This changes workspace mistral-7b (model mistral-7b-instruct, 1 × Standard_NC24ads_A100_v4, $3.67 per hour) in context demo, namespace default.',
    )
  })

  it('that costs nothing and takes nothing away asks nothing', () => {
    expect(deployQuestion([{ ...planResult, pool: UNCHANGED }], plain)).toBeUndefined()
  })
})

it('a delete names what goes, and what is kept', () => {
  const { rows, says: sentence } = deleteQuestion(
    [
      {
        target,
        workspace: 'mistral-7b',
        model: 'mistral-7b-instruct',
        pools: [
          { id: 'x', name: 'kmistral7b', state: 'ready', instanceType: 'M', count: 2, labels: {}, rawState: 'ok' },
        ],
        usdPerHour: 7.35,
        objects: ['Service/mistral-7b'],
        kept: ['Secret/mine'],
      },
    ],
    plain,
  )
  expect(sentence).toBe(
    'This deletes workspace mistral-7b (model mistral-7b-instruct) in context demo, namespace default: node pool kmistral7b (2 × M), $7.35 per hour, 1 object.',
  )
  expect(rows).toEqual(['  objects  Service/mistral-7b', '  kept     Secret/mine'])
})
