/** What is asked of a cloud until a pool, and what it leaves behind, is gone. */
import { describe, expect, it } from 'vitest'
import type { Operation, Submitted } from '#clouds/cloud.ts'
import type { Leftover } from '#core/cloud/node-pool.ts'
import { judgeGone, removeLeftovers, removePool } from '#pipeline/steps/pool-gone.ts'
import { done, FAILED, FAILURE, GONE, POOL, quickPorts, RUNNING, scriptedCloud } from './scripted-cloud.ts'

const DELETING: Submitted = { outcome: 'deleting', rawState: 'Accepted', token: 't1' }

async function remove(submitted: Submitted[], operations: Operation[]) {
  const { cloud, asked } = scriptedCloud(submitted, operations)
  const ports = quickPorts()
  const ended = await removePool(POOL, cloud, ports).catch((error: unknown) => error)
  return { ended, asked, states: ports.states }
}

describe('a pool', () => {
  it('is deleted and followed until it is gone', async () => {
    const run = await remove([DELETING], [RUNNING, GONE])
    expect(run.ended).toBeUndefined()
    expect(run.asked).toEqual(['delete', 'poll t1', 'poll t1'])
    expect(run.states).toEqual(['Accepted', 'Moving', 'NoSuchPool'])
  })

  it('that is not there is gone', async () => {
    expect((await remove([{ outcome: 'gone', rawState: 'NoSuchPool' }], [])).asked).toEqual(['delete'])
  })

  it('that somebody else deletes is followed', async () => {
    expect((await remove([{ outcome: 'deleting' }], [RUNNING, GONE])).asked).toEqual([
      'delete',
      'poll by state',
      'poll by state',
    ])
  })

  it.each([
    ['done', done()],
    ['failed', FAILED],
  ])('that is being made is deleted when that is %s', async (_, ended) => {
    const run = await remove([{ outcome: 'following' }, DELETING], [RUNNING, ended, GONE])
    expect(run.ended).toBeUndefined()
    expect(run.asked).toEqual(['delete', 'poll by state', 'poll by state', 'delete', 'poll t1'])
  })

  it('whose delete fails ends in the words of the cloud', async () => {
    expect((await remove([DELETING], [FAILED])).ended).toBe(FAILURE)
  })
})

describe('what the cloud has answered', () => {
  it.each([
    ['deleting', GONE, { is: 'done' }],
    ['deleting', FAILED, { is: 'hopeless', error: FAILURE }],
    ['following', GONE, { is: 'done' }],
    ['following', FAILED, { is: 'due' }],
    ['following', done(), { is: 'due' }],
  ] as const)('to %s, and then %o, is judged', (outcome, ended, standing) => {
    expect(judgeGone({ outcome }, ended)).toEqual(standing)
  })
})

describe('what a pool leaves behind', () => {
  const owner = { workspace: 'chat', namespace: 'n', clusterUid: 'u' }
  const things: Leftover[] = ['a', 'b'].map((name) => ({ kind: 'disk', id: `/disks/${name}`, name }))

  async function removeWith(stays: readonly string[]) {
    const { cloud } = scriptedCloud([], [])
    const left = new Set(things)
    const leftovers = {
      find: async () => [...left],
      async remove(thing: Leftover): Promise<void> {
        if (!stays.includes(thing.name)) left.delete(thing)
      },
    }
    return removeLeftovers(owner, { ...cloud, leftovers }, quickPorts())
  }

  it('is removed, and looked for again', async () => {
    expect(await removeWith([])).toEqual([])
    expect(await removeWith(['b'])).toEqual([things[1]])
  })

  it('is nothing where a cloud takes all of it away with the pool', async () => {
    expect(await removeLeftovers(owner, scriptedCloud([], []).cloud, quickPorts())).toEqual([])
  })
})
