/** Nodes that go are chosen when nothing is left to end, cordoned, and emptied as budgets allow. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { drive, newCourse } from '#pipeline/runs/drive.ts'
import { cordonStep, drainStep, uncordonStep } from '#pipeline/steps/idle-nodes.ts'
import type { Learned, Step } from '#pipeline/steps/step.ts'
import { fakePorts, type Given, quickClock } from '../../../support/fake-ports.ts'
import { seeNothing } from '../../../support/seen-nothing.ts'
import { REQUEST } from './scripted-cloud.ts'

const node = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
})
const pod = (name: string, nodeName: string, leaves = false): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'n', ...(leaves ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  spec: { nodeName },
})

async function run(step: Step, looks: KubeObject[][], kube: Given['kube'], learned: Learned = {}) {
  const course = newCourse()
  course.learned = learned
  const look = async () => ({
    ...(await seeNothing()),
    nodes: [node('a'), node('b')],
    pods: (looks.length > 1 ? looks.shift() : looks[0]) ?? [],
  })
  const { kinds: _, ...seen } = step
  const ports = fakePorts({ clock: quickClock(), ...(kube === undefined ? {} : { kube }) })
  return drive([seen], { look, course }, ports).catch((error: unknown) => error)
}

describe('cordon', () => {
  it('names the node without pods, by server-side apply, and says so on it', async () => {
    const applied: KubeObject[] = []
    const apply = async (object: KubeObject) => {
      applied.push(object)
      return object
    }
    const ended = await run(
      cordonStep({ replicas: 1, pool: { ...REQUEST, count: 1 } }, { needs: [] }),
      [[pod('p', 'b')]],
      { apply },
    )
    expect(ended).toMatchObject({ learned: { leaving: ['a'] } })
    expect(applied).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'a', annotations: { 'kaito.sh/leaving': 'true' } },
        spec: { unschedulable: true },
      },
    ])
  })

  it('takes itself back by saying nothing any more', async () => {
    const applied: KubeObject[] = []
    const apply = async (object: KubeObject) => {
      applied.push(object)
      return object
    }
    await run(uncordonStep([node('a')], { needs: [] }), [[]], { apply })
    expect(applied).toEqual([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } }])
  })

  it('waits for pods that are still to end, and gives up after their time', async () => {
    const step = cordonStep({ replicas: 0, pool: { ...REQUEST, count: 0 } }, { needs: [] })
    expect(await run(step, [[pod('p', 'b')]], {})).toMatchObject({ code: 'LEFTOVERS' })
  })
})

describe('drain', () => {
  const leaving = { leaving: ['a'] }

  it('evicts what is there, asks again where a budget holds it, and is done when nothing is left', async () => {
    const there = [[pod('p', 'a'), pod('guest', 'a')], [pod('p', 'a'), pod('guest', 'a', true)], []]
    const answers = ['held', 'evicted', 'evicted'] as const
    const evicted: string[] = []
    const ended = await run(
      drainStep({ needs: [] }),
      [[pod('p', 'a')], [pod('p', 'a')], [pod('p', 'a')], []],
      {
        list: async () => there.shift() ?? [],
        evict: async ({ name }) => {
          evicted.push(name)
          return answers[evicted.length - 1] ?? 'gone'
        },
      },
      leaving,
    )
    expect(ended).toMatchObject({ learned: { undrained: [] } })
    expect(evicted).toEqual(['p', 'guest', 'p'])
  })

  it('has nothing to do where no node goes', async () => {
    expect(await run(drainStep({ needs: [] }), [[pod('p', 'a')]], {}, { leaving: [] })).not.toBeInstanceOf(Error)
  })

  it('says what stands in its way when it has waited long enough', async () => {
    const kube = { list: async () => [pod('p', 'a')], evict: async () => 'held' as const }
    const ended = await run(drainStep({ needs: [] }), [[pod('p', 'a')]], kube, leaving)
    expect(ended).toMatchObject({ code: 'LEFTOVERS', message: expect.stringContaining('cannot be evicted') })
  })
})
