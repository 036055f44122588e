/** What is asked of a cloud until the machines that are not needed bill no more. */
import { describe, expect, it } from 'vitest'
import type { CloudChange, Operation, PoolMachine, Submitted } from '#clouds/cloud.ts'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { drive, newCourse } from '#pipeline/runs/drive.ts'
import { shrinkStep } from '#pipeline/steps/shrink.ts'
import { fakePorts, quickClock } from '../../../support/fake-ports.ts'
import { seeNothing } from '../../../support/seen-nothing.ts'
import { done, FAILED, FAILURE, POOL, REQUEST, RUNNING, scriptedCloud } from './scripted-cloud.ts'

const SHRINKING: Submitted = { outcome: 'shrinking', rawState: 'Accepted', token: 't1' }
const machine = (name: string): PoolMachine => ({ name: `m-${name}`, providerId: `CLOUD://Here/${name}` })
const node = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { providerID: `cloud://here/${name}` },
})

interface Given {
  nodes?: string[]
  leaving?: string[]
  /** Of the pool, at each look; the last one stays. */
  machines: string[][]
  submitted: Submitted[]
  operations?: Operation[]
  count?: number
}

async function shrink({ nodes = ['a', 'b'], leaving = ['b'], machines, submitted, operations = [], count = 1 }: Given) {
  const { cloud, asked } = scriptedCloud(submitted, operations)
  const taken: string[] = []
  const scripted = {
    ...cloud,
    machines: async () => ((machines.length > 1 ? machines.shift() : machines[0]) ?? []).map(machine),
    submit: (change: CloudChange, signal: AbortSignal) => {
      if (change.kind === 'shrink') taken.push(change.machines.join())
      return cloud.submit(change, signal)
    },
  }
  const keep = async (token: string | undefined) => void asked.push(`store ${token}`)
  const step = shrinkStep({ ...REQUEST, count }, scripted, keep, { needs: [] })
  const course = newCourse()
  course.learned = { leaving }
  const clock = quickClock()
  const look = async () => ({ ...(await seeNothing()), nodes: nodes.map(node) })
  const ports = fakePorts({ clock, emit: () => undefined })
  const { kinds: _, ...seen } = step
  const ended: unknown = await drive([seen], { look, course }, ports).catch((error: unknown) => error)
  return { ended, asked, taken, slept: clock.slept }
}

describe('a pool', () => {
  it('loses the machines of nodes that go, its operation is stored before it is followed, and it is looked at again', async () => {
    const run = await shrink({
      machines: [['a', 'b'], ['a']],
      submitted: [SHRINKING],
      operations: [RUNNING, done({ ...POOL, count: 1 })],
    })
    expect(run.ended).toMatchObject({ learned: {} })
    expect(run.ended).not.toBeInstanceOf(Error)
    expect(run.taken).toEqual(['m-b'])
    expect(run.asked).toEqual(['shrink', 'store t1', 'poll t1', 'poll t1'])
  })

  it('loses a machine that never became a node, too', async () => {
    const run = await shrink({
      nodes: ['a'],
      leaving: [],
      machines: [['a', 'ghost'], ['a']],
      submitted: [SHRINKING],
      operations: [done()],
    })
    expect(run.ended).not.toBeInstanceOf(Error)
    expect(run.taken).toEqual(['m-ghost'])
  })

  it('that an earlier run has shrunk is proved, and nothing is stored', async () => {
    const run = await shrink({
      nodes: ['a'],
      leaving: [],
      machines: [['a']],
      submitted: [{ outcome: 'adopted', rawState: 'Up', pool: POOL }],
    })
    expect(run.ended).not.toBeInstanceOf(Error)
    expect([run.taken, run.asked]).toEqual([[''], ['shrink']])
  })

  it('that has more than it says is asked again, and three times is enough', async () => {
    const submitted = Array(9).fill(SHRINKING)
    const run = await shrink({ machines: [['a', 'b']], submitted, operations: Array(9).fill(done()) })
    expect(run.ended).toMatchObject({ code: 'LEFTOVERS', message: expect.stringContaining('still bill') })
    expect(run.taken).toEqual(['m-b', 'm-b', 'm-b'])
  })

  it('that the cloud does not shrink still bills, in its words', async () => {
    const run = await shrink({ machines: [['a', 'b']], submitted: [SHRINKING], operations: [FAILED] })
    expect(run.ended).toMatchObject({ code: 'LEFTOVERS', reason: FAILURE.message })
  })

  it('of a cloud that is at something else is asked for again', async () => {
    const busy: Submitted = { outcome: 'busy', retryAfterMs: 9, failure: FAILURE }
    const run = await shrink({
      machines: [['a', 'b'], ['a', 'b'], ['a']],
      submitted: [busy, SHRINKING],
      operations: [done()],
    })
    expect(run.ended).not.toBeInstanceOf(Error)
    expect([run.asked, run.slept]).toEqual([['shrink', 'shrink', 'store t1', 'poll t1'], [9]])
  })

  it('with fewer nodes in the cluster than are to stay loses none', async () => {
    const run = await shrink({ nodes: ['a'], leaving: [], machines: [['a', 'b']], submitted: [SHRINKING], count: 2 })
    expect(run.ended).toMatchObject({ code: 'NODE_NOT_READY' })
    expect(run.taken).toEqual([])
  })
})
