/** What a watch has seen → has the rollout arrived? */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { judgeRollout, type RolloutView } from '#core/status/rollout.ts'

const REVISION = 'deployment.kubernetes.io/revision'

function object(kind: string, name: string, body: object, owner?: string, revision?: string): KubeObject {
  return {
    apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      generation: 2,
      ...(revision === undefined ? {} : { annotations: { [REVISION]: revision } }),
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'x', name: owner, uid: owner }] }),
    },
    ...body,
  } as KubeObject
}

const deployment = (status: object, replicas = 1): KubeObject =>
  object('Deployment', 'm', { spec: { replicas }, status: { observedGeneration: 2, ...status } }, undefined, '2')
const done = (n: number): object => ({ replicas: n, updatedReplicas: n, readyReplicas: n, availableReplicas: n })
const set = object('ReplicaSet', 'm-new', {}, 'm', '2')
const oldSet = object('ReplicaSet', 'm-old', {}, 'm', '1')
const ready = {
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'e', ready: true }],
  },
}
const slice = (...pods: string[]): KubeObject =>
  object('EndpointSlice', 's', {
    ports: [{ port: 8000 }],
    endpoints: pods.map((name) => ({ conditions: { ready: true }, targetRef: { kind: 'Pod', name } })),
  })

const view = (more: Partial<RolloutView>): RolloutView => ({
  worker: deployment(done(1)),
  replicaSets: [oldSet, set],
  pods: [object('Pod', 'a', ready, 'm-new')],
  slices: [slice('a')],
  events: [],
  ...more,
})

describe('ready', () => {
  it('when every wanted pod is Ready and behind the Service', () => {
    expect(judgeRollout(view({}), 1)).toMatchObject({ verdict: 'ready', pods: [{ name: 'a' }] })
  })

  it.each([
    { what: 'the Deployment is not there', change: { worker: undefined } },
    {
      what: 'the controller has not seen the change',
      change: { worker: deployment({ ...done(1), observedGeneration: 1 }) },
    },
    { what: 'an old replica is still there', change: { worker: deployment({ ...done(1), replicas: 2 }) } },
    { what: 'no replica is ready', change: { worker: deployment({ ...done(1), readyReplicas: 0 }) } },
    { what: 'the ready pod is one of the old ReplicaSet', change: { pods: [object('Pod', 'a', ready, 'm-old')] } },
  ])('not while $what', ({ change }) => {
    expect(judgeRollout(view(change), 1).verdict).toBe('moving')
  })

  it('not while one of two replicas is', () => {
    expect(judgeRollout(view({ worker: deployment({ ...done(2), readyReplicas: 1 }, 2) }), 2).verdict).toBe('moving')
  })
})

describe('hopeless', () => {
  it.each([
    { what: 'no slice', slices: [] },
    { what: 'a slice without the pod', slices: [slice('b')] },
    { what: 'a slice without ports', slices: [{ ...slice('a'), ports: [] } as KubeObject] },
  ])('when the Service does not lead to a ready pod: $what', ({ slices }) => {
    expect(judgeRollout(view({ slices }), 1)).toMatchObject({ verdict: 'hopeless', code: 'NO_ENDPOINTS' })
  })

  it('when a pod of the new ReplicaSet is; a pod of the old one does not matter', () => {
    const broken = {
      status: { containerStatuses: [{ name: 'e', state: { waiting: { reason: 'InvalidImageName', message: 'x' } } }] },
    }
    const progress = { worker: deployment({ ...done(1), readyReplicas: 0 }) }
    expect(judgeRollout(view({ ...progress, pods: [object('Pod', 'a', broken, 'm-new')] }), 1)).toMatchObject({
      verdict: 'hopeless',
      code: 'IMAGE_PULL_FAILED',
      resource: { kind: 'Pod', name: 'a' },
    })
    expect(judgeRollout(view({ ...progress, pods: [object('Pod', 'a', broken, 'm-old')] }), 1).verdict).toBe('moving')
  })

  describe('failed pods', () => {
    const made = (name: string, status: object, at: string): KubeObject => {
      const pod = object('Pod', name, { status }, 'm-new')
      return { ...pod, metadata: { ...pod.metadata, creationTimestamp: `2026-01-01T${at}Z` } }
    }
    const failed = (name: string, at: string): KubeObject =>
      made(name, { phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'no GPU left' }, at)
    const short = { worker: deployment({ ...done(1), readyReplicas: 0 }) }

    it('that were replaced do not count: the one in their place decides', () => {
      const rest = [failed('x', '08:00:00'), failed('y', '08:00:01'), failed('z', '09:00:00')]
      const healthy = made('a', ready.status, '10:00:00')
      expect(judgeRollout(view({ pods: [...rest, healthy] }), 1)).toMatchObject({ verdict: 'ready' })
      const starting = made('a', { phase: 'Running', containerStatuses: [{ name: 'e', state: {} }] }, '10:00:00')
      expect(judgeRollout(view({ ...short, pods: [...rest, starting] }), 1)).toMatchObject({
        verdict: 'moving',
        message: expect.stringContaining('Pod/a'),
      })
    })

    it.each([
      ['while nothing has taken their place', [failed('x', '10:00:00')]],
      [
        'when they fail as soon as they are made',
        [failed('x', '10:00:00'), failed('y', '10:00:02'), failed('z', '10:00:04'), made('a', {}, '10:00:05')],
      ],
    ])('count %s', (_when, pods) => {
      expect(judgeRollout(view({ ...short, pods }), 1)).toMatchObject({
        verdict: 'hopeless',
        code: 'WORKLOAD_FAILED',
        reason: 'no GPU left',
      })
    })
  })

  it('when the Deployment gave up', () => {
    const status = {
      ...done(0),
      conditions: [
        {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: 'm has timed out progressing.',
        },
      ],
    }
    const old = [object('Pod', 'old', ready, 'm-old'), object('Pod', 'ill', { status: {} }, 'm-old')]
    expect(judgeRollout(view({ worker: deployment(status), pods: old }), 1)).toMatchObject({
      verdict: 'hopeless',
      code: 'WORKLOAD_FAILED',
      kept: [{ name: 'old' }],
    })
  })
})
