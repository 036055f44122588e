/** Pods and nodes → the taint that keeps them apart. */
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { barredByTaint } from '#core/status/taints.ts'
import { said, saying } from '../../../support/said.ts'

const pod = (tolerations: object[] = []): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n' },
    spec: { tolerations },
  }) as KubeObject
const node = (gpus: number, ...taints: object[]): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node' },
    spec: { taints },
    status: { allocatable: { 'nvidia.com/gpu': String(gpus) } },
  }) as KubeObject
const TEAM = { key: 'team', value: 'other', effect: 'NoSchedule' }
const SYSTEM = { key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }

describe('a pod that fits nowhere', () => {
  it('is barred when every node with GPUs has a taint that it does not tolerate; nodes without GPUs do not count', () => {
    const found = barredByTaint(pod(), [node(2, TEAM), node(0)])
    expect(found).toMatchObject({ code: 'TAINT_NOT_TOLERATED' })
    expect(found?.message).toContain('team: other')
  })

  const system = (key: string) => ({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' })

  it('is told of the taint that can be changed, not of one that stands for the state of a node', () => {
    const restarting = node(1, system('not-ready'))
    expect(barredByTaint(pod(), [restarting, node(1, TEAM)])?.message).toContain('team: other')
    // A node may have both.
    expect(barredByTaint(pod(), [node(1, system('not-ready'), TEAM)])?.message).toContain('team: other')
  })

  it.each([
    ['not-ready', 'NODE_NOT_READY', 'not Ready', 'kubectl describe node'],
    ['unreachable', 'NODE_NOT_READY', 'not Ready', 'kubectl describe node'],
    ['unschedulable', 'UNSCHEDULABLE', 'cordoned', 'kubectl uncordon'],
    ['disk-pressure', 'UNSCHEDULABLE', 'disk-pressure', 'kubectl describe nodes'],
  ])('%s: it is the state of the node that is told', (key, code, says, next) => {
    const found = barredByTaint(pod(), [node(1, system(key))])
    expect(found).toMatchObject({
      code,
      message: expect.stringContaining(says),
      next: saying(next),
    })
    expect(said(found?.next)).not.toContain('taint')
  })

  it.each([
    ['one node with GPUs has no taint: it is full', pod(), [node(2, TEAM), node(1)]],
    ['only nodes without GPUs have taints', pod(), [node(0, SYSTEM), node(1)]],
    ['nobody has GPUs', pod(), [node(0, TEAM)]],
    ['the value is tolerated', pod([{ key: 'team', operator: 'Equal', value: 'other' }]), [node(1, TEAM)]],
    ['the key is tolerated', pod([{ key: 'team', operator: 'Exists', effect: 'NoSchedule' }]), [node(1, TEAM)]],
    ['everything is tolerated', pod([{ operator: 'Exists' }]), [node(1, TEAM)]],
    ['it is only a preference', pod(), [node(1, { ...TEAM, effect: 'PreferNoSchedule' })]],
  ])('%s: taints are not the reason', (_what, given, nodes) => {
    expect(barredByTaint(given, nodes)).toBeUndefined()
  })

  it.each([[[{ key: 'team', value: 'mine' }]], [[{ key: 'team', operator: 'Exists', effect: 'NoExecute' }]]])(
    'another toleration does not help: %j',
    (tolerations) => {
      expect(barredByTaint(pod(tolerations), [node(1, TEAM)])).toBeDefined()
    },
  )
})
