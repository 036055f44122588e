/** What a namespace's quotas and limits leave for new pods. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { podAmounts } from '#core/objects/pod-amounts.ts'
import { formatQuantity, quantity, times } from '#core/objects/quantity.ts'
import { limitRefusal, needOf, quotaRefusals } from '#core/placement/namespace-room.ts'
import { saying } from '../../../support/said.ts'

const spec = {
  containers: [
    { resources: { limits: { 'nvidia.com/gpu': '2', memory: '40Gi' }, requests: { cpu: '500m', memory: '32Gi' } } },
  ],
  initContainers: [{ resources: { requests: { cpu: '2' } } }],
}
const each = podAmounts(spec)
const pods = (replicas = 2) => ({ namespace: 'team', spec, replicas, each, need: times(each, replicas) })

function quota(hard: Record<string, string>, used: Record<string, string> = {}, more: object = {}): KubeObject {
  const metadata = { name: 'team-quota', namespace: 'team' }
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata,
    spec: { hard, ...more },
    status: { hard, used },
  } as KubeObject
}

describe('amounts', () => {
  it.each([
    ['500m', 0.5],
    ['220Gi', 220 * 2 ** 30],
    ['1e3', 1000],
    ['2', 2],
  ])('%s is %d', (text, value) => expect(quantity(text)).toBe(value))

  it.each([
    [0.5, '500m'],
    [48 * 2 ** 30, '48Gi'],
    [3, '3'],
    [0, '0'],
  ])('%d is written %s', (value, text) => expect(formatQuantity(value)).toBe(text))

  it('of a pod: what it is limited to where it asks for nothing, and an init container that wants more', () => {
    expect(each).toMatchObject({
      pods: 1,
      'requests.nvidia.com/gpu': 2,
      cpu: 2,
      'requests.memory': 32 * 2 ** 30,
      'limits.memory': 40 * 2 ** 30,
    })
    expect(each).not.toHaveProperty('limits.cpu')
  })

  it('of pods that replace others: what they take more', () => {
    expect(needOf({ cpu: 4, pods: 1 }, 2, { each: { cpu: 3, pods: 1 }, replicas: 2 })).toEqual({ cpu: 2, pods: 0 })
  })
})

describe('a quota', () => {
  it('with room refuses nothing, and neither does one of other things', () => {
    expect(
      quotaRefusals([quota({ 'requests.nvidia.com/gpu': '8', pods: '2' }, { 'requests.nvidia.com/gpu': '4' })], pods()),
    ).toEqual([])
    expect(quotaRefusals([quota({ services: '0' })], pods())).toEqual([])
  })

  it('that is too small is named, with what it has, what is used and what is needed', () => {
    const [refusal] = quotaRefusals(
      [quota({ 'requests.nvidia.com/gpu': '6' }, { 'requests.nvidia.com/gpu': '4' })],
      pods(),
    )
    expect(refusal).toMatchObject({
      code: 'PREFLIGHT_REFUSED',
      message:
        'The quota team-quota of namespace team does not allow the pods: requests.nvidia.com/gpu: 4 of 6 used, 4 more needed.',
      hint: saying('kubectl describe quota team-quota -n team'),
      resource: { kind: 'ResourceQuota', name: 'team-quota', namespace: 'team' },
    })
    expect(JSON.stringify(refusal?.hint)).toContain('"setting":"replicas","value":1')
  })

  it('that is full, or over-full, of pods that go for the new ones', () => {
    const gpus = { 'requests.nvidia.com/gpu': '4' }
    const instead = { ...pods(), need: needOf(each, 2, { each, replicas: 2 }) }
    expect(quotaRefusals([quota(gpus, gpus)], instead)).toEqual([])
    expect(quotaRefusals([quota({ 'requests.nvidia.com/gpu': '3' }, gpus)], instead)).toHaveLength(1)
  })

  it.each([
    ['BestEffort', 0],
    ['NotBestEffort', 1],
    ['Terminating', 0],
    ['NotTerminating', 1],
    ['NobodyKnows', 0],
  ])('of scope %s', (scope, refusals) =>
    expect(quotaRefusals([quota({ pods: '0' }, {}, { scopes: [scope] })], pods())).toHaveLength(refusals),
  )

  it.each([
    ['In', ['high'], 1],
    ['NotIn', ['high'], 0],
    ['Exists', [], 1],
    ['DoesNotExist', [], 0],
  ])('of priority classes, %s %j', (operator, values, refusals) => {
    const scopeSelector = { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] }
    const ours = { ...pods(), spec: { ...spec, priorityClassName: 'high' } }
    expect(quotaRefusals([quota({ pods: '0' }, {}, { scopeSelector })], ours)).toHaveLength(refusals)
  })
})

describe('limits', () => {
  const range = (type: string, max: Record<string, string>): KubeObject =>
    ({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'small' },
      spec: { limits: [{ type, max }] },
    }) as KubeObject

  it.each([
    ['Container', { memory: '16Gi' }, 'memory: at most 16Gi a Container, 40Gi wanted'],
    ['Pod', { 'nvidia.com/gpu': '1' }, 'nvidia.com/gpu: at most 1 a Pod, 2 wanted'],
  ])('of a %s that are too low are named', (type, max, words) => {
    const refusal = limitRefusal([range(type, max)], pods())
    expect(refusal?.message).toContain(`The limits small of namespace team do not allow the pods: ${words}`)
    expect(refusal).toMatchObject({ hint: saying('kubectl describe limits small -n team') })
  })

  it('that are high enough, or of claims, refuse nothing', () => {
    expect(
      limitRefusal([range('Container', { memory: '64Gi' }), range('PersistentVolumeClaim', { storage: '1' })], pods()),
    ).toBeUndefined()
  })
})
