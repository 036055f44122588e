/** A workspace without a Deployment: its run and its pool decide what is said, and what is not. */
import { describe, expect, it } from 'vitest'
import { kaito } from '#core/advice.ts'
import type { NodePool, NodePoolRequest } from '#core/cloud/node-pool.ts'
import {
  type BeforeRollout,
  judgeBeforeRollout,
  type PoolFact,
  type Run,
  sayBefore,
} from '#core/status/before-rollout.ts'
import { said } from '../../../support/said.ts'

const deploying: Run = { verb: 'deploy', isLive: true, by: 'process 7 on here', since: '2026-01-01T00:00:00.000000Z' }
const ended: Run = { ...deploying, isLive: false, by: '' }
const there = (state: NodePool['state'], reason?: string): PoolFact => ({
  kind: 'there',
  pool: { name: 'pool', state, rawState: state, ...(reason === undefined ? {} : { reason }) } as NodePool,
})
const node = (isReady: boolean, gpus: number) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  status: {
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    allocatable: { 'nvidia.com/gpu': String(gpus) },
  },
})

const judge = (standing: Partial<BeforeRollout>) => {
  const verdict = judgeBeforeRollout({
    run: ended,
    fact: { kind: 'absent' },
    pool: { name: 'pool', count: 1, labels: {} } as Partial<NodePoolRequest> as NodePoolRequest,
    nodes: [],
    wasApplied: false,
    worker: 'Deployment',
    deleteCommand: kaito('delete', { workspace: 'chat', namespace: 'n', settings: { yes: true } }),
    ...standing,
  })
  return { phase: verdict.phase, message: said(sayBefore(verdict)) }
}

describe('a run is at work', () => {
  it.each<[string, Partial<BeforeRollout>, string]>([
    ['the pool is being made', { fact: there('creating') }, 'the node pool pool is being made in the cloud'],
    ['nothing is there yet', {}, 'the node pool pool is not there'],
    ['the nodes have not joined', { fact: there('ready') }, '0 of its 1 nodes are Ready'],
    ['the nodes have no GPU', { fact: { kind: 'joined' }, nodes: [node(true, 0)] }, 'no GPU can be allocated on n1'],
    ['on own nodes', { pool: undefined, fact: { kind: 'none' } }, 'since 2026-01-01T00:00:00Z'],
  ])('%s: it is Progressing, and who works is told', (_, standing, words) => {
    const { phase, message } = judge({ run: deploying, ...standing })
    expect(phase).toBe('Progressing')
    expect(message).toMatch(/^being deployed by process 7 on here since/)
    expect(message).toContain(words)
    expect(message).not.toContain('again')
  })

  it('that deletes says so', () => {
    const { phase, message } = judge({ run: { ...deploying, verb: 'delete' }, fact: there('deleting') })
    expect(phase).toBe('Progressing')
    expect(message).toMatch(/^being deleted by process 7 .*: the node pool pool is being deleted in the cloud$/)
  })
})

describe('no run is at work', () => {
  it.each<[string, Partial<BeforeRollout>, RegExp]>([
    [
      'refused by the quota',
      {},
      /^its deploy did not finish.*there is no node pool pool; run the same deploy again, or: kaito delete/,
    ],
    [
      'a stock-out',
      { fact: there('failed', 'AllocationFailed: no. More') },
      /failed in the cloud \(AllocationFailed: no\)/,
    ],
    [
      'a run that was killed',
      { run: 'none', fact: there('creating') },
      /^its deploy did not finish.*is being made in the cloud; run the/,
    ],
    [
      'a delete that was cut',
      { run: { ...ended, verb: 'delete' } },
      /its delete did not finish: .*; go on: kaito delete chat/,
    ],
    ['a Deployment that somebody deleted', { wasApplied: true }, /^its Deployment is gone: /],
    [
      'a cloud that cannot be asked',
      { fact: { kind: 'unknown', why: 'no login' } },
      /may be there and bill.*\(no login\)/,
    ],
  ])('%s: it is Failed, with both ways out', (_, standing, words) => {
    const { phase, message } = judge(standing)
    expect(phase).toBe('Failed')
    expect(message).toMatch(words)
    expect(message).toContain('kaito delete chat -n n --yes')
  })

  it('a Lease that may not be seen is no proof of that', () => {
    expect(judge({ run: 'hidden' })).toMatchObject({
      phase: 'Progressing',
      message: expect.stringContaining('if no run'),
    })
  })
})
