/** What is asked of a cloud until the pool is there, one answer after the other. */
import { describe, expect, it } from 'vitest'
import type { Operation, Submitted } from '#clouds/cloud.ts'
import type { NodePool } from '#core/cloud/node-pool.ts'
import { judgePool, poolMade, poolStep } from '#pipeline/steps/node-pool.ts'
import type { Seen } from '#pipeline/steps/step.ts'
import { done, driveAlone, FAILED, FAILURE, GONE, POOL, REQUEST, RUNNING, scriptedCloud } from './scripted-cloud.ts'

const CREATED: Submitted = { outcome: 'created', rawState: 'Accepted', token: 't1' }

async function ensure(
  submitted: Submitted[],
  operations: Operation[],
  known: { live?: NodePool; token?: string } = {},
  onTaken: (token: string | undefined) => Promise<void> = async () => undefined,
) {
  const { cloud, asked } = scriptedCloud(submitted, operations)
  const request = { live: undefined, token: undefined, ...known, request: REQUEST }
  const taken = async (token: string | undefined): Promise<void> => {
    asked.push(`store ${token}`)
    await onTaken(token)
  }
  const { ended, ...rest } = await driveAlone(poolStep(request, cloud, taken, { needs: [] }))
  return { ...rest, asked, ended: ended instanceof Error ? ended : poolMade(ended as Seen, REQUEST.name) }
}

describe('a pool that is made', () => {
  it('has its token stored before anything is followed, and is asked for as often as the cloud wants', async () => {
    const run = await ensure([CREATED], [RUNNING, RUNNING, done()])
    expect(run.ended).toEqual(POOL)
    expect(run.asked).toEqual(['ensure', 'store t1', 'poll t1', 'poll t1', 'poll t1'])
    expect(run.slept).toEqual([7, 7])
    expect(run.states, 'what is no news is not told again').toEqual(['Accepted', 'Moving', 'Up'])
  })

  it('is not followed when its token cannot be stored', async () => {
    const lost = new Error('lock lost')
    const run = await ensure([CREATED], [RUNNING], {}, () => Promise.reject(lost))
    expect(run.ended).toBe(lost)
    expect(run.asked).toEqual(['ensure', 'store t1'])
  })

  it('is followed by its state where the cloud gives no token', async () => {
    const run = await ensure([{ outcome: 'created', rawState: 'Accepted' }], [RUNNING, done()])
    expect(run.ended).toEqual(POOL)
    expect(run.asked).toEqual(['ensure', 'store undefined', 'poll by state', 'poll by state'])
  })

  it.each([
    ['fails', FAILED],
    ['is deleted by somebody', GONE],
  ])('and %s meanwhile ends in the words of the cloud', async (_, ended) => {
    expect((await ensure([CREATED], [RUNNING, ended])).ended).toBe(FAILURE)
  })
})

describe('a cloud that is at something else', () => {
  const BUSY: Submitted = { outcome: 'busy', retryAfterMs: 9, failure: FAILURE }

  it('is asked again when it has rested, as often as it takes, and it is told once', async () => {
    const run = await ensure([BUSY, BUSY, BUSY, BUSY, CREATED], [done()])
    expect(run.ended).toEqual(POOL)
    expect(run.asked).toEqual(['ensure', 'ensure', 'ensure', 'ensure', 'ensure', 'store t1', 'poll t1'])
    expect(run.slept).toEqual([9, 9, 9, 9])
    expect(run.states).toEqual(['waiting: another operation is changing the cluster', 'Accepted', 'Up'])
  })

  it('for an hour has the last word', async () => {
    const hourly: Submitted = { ...BUSY, retryAfterMs: 20 * 60_000 }
    expect((await ensure(Array(9).fill(hourly), [])).ended).toBe(FAILURE)
  })
})

describe('a pool that is there', () => {
  it('is taken as it is, and nothing is stored', async () => {
    const run = await ensure([{ outcome: 'adopted', rawState: 'Up', pool: POOL }], [])
    expect([run.ended, run.asked, run.states]).toEqual([POOL, ['ensure'], ['Up']])
  })

  it('and is being made is followed by the token of the run that began it', async () => {
    const run = await ensure([{ outcome: 'following' }], [RUNNING, done()], { token: 'old' })
    expect(run.ended).toEqual(POOL)
    expect(run.asked).toEqual(['ensure', 'poll old', 'poll old'])
  })

  it('and had fewer nodes, or was changed by others, is asked for again', async () => {
    const short = done({ ...POOL, count: 1 })
    const grown = { outcome: 'scaling', rawState: 'Accepted', token: 't2' } as const
    const run = await ensure([{ outcome: 'following' }, grown], [short, done()], { token: 'old' })
    expect(run.ended).toEqual(POOL)
    expect(run.asked).toEqual(['ensure', 'poll old', 'ensure', 'store t2', 'poll t2'])
  })

  it('and has an autoscaler has as many nodes as that one wants', async () => {
    const pool: NodePool = { ...POOL, count: 1, isAutoscaled: true }
    expect((await ensure([CREATED], [done(pool)])).ended).toEqual(pool)
  })

  it('and is being deleted is made anew when it is gone, and the token of its own making leads nowhere', async () => {
    const run = await ensure([{ outcome: 'deleting' }, CREATED], [RUNNING, GONE, done()], { token: 'old' })
    expect(run.ended).toEqual(POOL)
    expect(run.asked).toEqual(['ensure', 'poll by state', 'poll by state', 'ensure', 'store t1', 'poll t1'])
  })

  it('and is deleted again and again is given up', async () => {
    const deleting: Submitted = { outcome: 'deleting' }
    const run = await ensure([deleting, deleting, deleting], [GONE, GONE, GONE])
    expect(run.ended).toMatchObject({ code: 'CONFLICT', retryable: 'later' })
  })

  it.each([
    [{ ...POOL, state: 'failed', rawState: 'Broken', reason: 'none left' } as const, 'Broken none left'],
    [{ ...POOL, count: 1 }, 'Up'],
  ])('and has to be changed says first how it was', async (live, told) => {
    expect((await ensure([CREATED], [done()], { live })).states).toEqual([told, 'Accepted', 'Up'])
  })
})

describe('what the cloud has answered', () => {
  it.each([
    ['created', done(), { is: 'done' }],
    ['created', done({ ...POOL, count: 1 }), { is: 'due', because: expect.any(String) }],
    ['created', done({ ...POOL, labels: {} }), { is: 'due', because: expect.any(String) }],
    ['created', done({ ...POOL, instanceType: 'Small_GPU' }), { is: 'due', because: expect.any(String) }],
    ['following', FAILED, { is: 'hopeless', error: FAILURE }],
    ['following', GONE, { is: 'hopeless', error: FAILURE }],
    ['deleting', GONE, { is: 'due', because: expect.any(String) }],
    ['deleting', FAILED, { is: 'due', because: expect.any(String) }],
  ] as const)('to %s, and then %o, is judged', (outcome, ended, standing) => {
    expect(judgePool(REQUEST, { outcome }, ended)).toEqual(standing)
  })
})
