/** What is asked of a cloud until a pool, and what it leaves behind, is gone. */
import { describe, expect, it } from 'vitest'
import type { Operation, Submitted } from '#clouds/cloud.ts'
import type { Leftover, NodePool } from '#core/cloud/node-pool.ts'
import { KaitoError } from '#core/errors.ts'
import { judgeGone, leftoversStep, poolGoneStep } from '#pipeline/steps/pool-gone.ts'
import { done, driveAlone, FAILED, FAILURE, GONE, POOL, RUNNING, scriptedCloud } from './scripted-cloud.ts'

const bills = ({ name }: Leftover) => failure(name)
const failure = (message: string) => new KaitoError({ code: 'LEFTOVERS', phase: 'destroy', message, hint: '' })
const STILL_THERE = failure('still there')

const DELETING: Submitted = { outcome: 'deleting', rawState: 'Accepted', token: 't1' }

async function remove(submitted: Submitted[], operations: Operation[]) {
  const { cloud, asked } = scriptedCloud(submitted, operations)
  const stillThere = (_: NodePool, cause: unknown) => (cause instanceof KaitoError ? cause : STILL_THERE)
  return { asked, ...(await driveAlone(poolGoneStep(POOL, cloud, stillThere, { needs: [] }))) }
}

describe('a pool', () => {
  it('is deleted and followed until it is gone', async () => {
    const run = await remove([DELETING], [RUNNING, GONE])
    expect(run.ended).toMatchObject({ learned: { pools: { kchat: { isProved: true } } } })
    expect(run.asked).toEqual(['delete', 'poll t1', 'poll t1'])
    expect(run.states).toEqual(['Accepted', 'Moving', 'NoSuchPool'])
  })

  it('that the cloud has all the same is no pool that is gone', async () => {
    const { cloud } = scriptedCloud([DELETING], [GONE])
    const still = { ...cloud, getPool: async () => POOL }
    expect((await driveAlone(poolGoneStep(POOL, still, () => STILL_THERE, { needs: [] }))).ended).toBe(STILL_THERE)
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
    expect(run.ended).toMatchObject({ learned: { pools: { kchat: { isProved: true } } } })
    expect(run.asked).toEqual(['delete', 'poll by state', 'poll by state', 'delete', 'poll t1'])
  })

  it('is deleted when the cloud is no longer at something else', async () => {
    const run = await remove([{ outcome: 'busy', retryAfterMs: 9, failure: FAILURE }, DELETING], [GONE])
    expect(run.ended).toMatchObject({ learned: { pools: { kchat: { isProved: true } } } })
    expect([run.asked, run.slept]).toEqual([['delete', 'delete', 'poll t1'], [9]])
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
    ['following', FAILED, { is: 'due', because: expect.any(String) }],
    ['following', done(), { is: 'due', because: expect.any(String) }],
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
    return (await driveAlone(leftoversStep(owner, { ...cloud, leftovers }, bills, { needs: [] }))).ended
  }

  it('is removed, and looked for again', async () => {
    expect(await removeWith([])).toMatchObject({ learned: { acted: ['leftovers'] } })
    expect(await removeWith(['b'])).toMatchObject({ code: 'LEFTOVERS', message: 'b' })
  })

  it('is nothing where a cloud takes all of it away with the pool', async () => {
    const { ended } = await driveAlone(leftoversStep(owner, scriptedCloud([], []).cloud, bills, { needs: [] }))
    expect(ended).toMatchObject({ learned: { acted: ['leftovers'] } })
  })
})
