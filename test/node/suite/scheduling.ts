/** Pods that no node takes, on a real kubelet: the wait ends with why, and only once it is sure that nothing will come. */
import { expect } from 'vitest'
import { sayOfUnscheduled } from '../../cluster/suite/bed.ts'
import { NODE_NAME, REGISTRY } from '../places.ts'
import { type Ended, expectSoon, fail, isUnscheduled, isWaiting, namespace, patch } from './failing.ts'
import type { Cases } from './journey.ts'
import { api, DEPLOY_TINY, eventually, podsOf, run } from './node.ts'

const wantsWeights = patch(
  { volumeMounts: [{ name: 'weights', mountPath: '/weights' }] },
  { volumes: [{ name: 'weights', persistentVolumeClaim: { claimName: 'weights' } }] },
)
const more = ['--replicas', '2', ...patch({ resources: { requests: GPUS(2), limits: GPUS(2) } })]

export const SCHEDULING: Cases = {
  async 'no GPU free'() {
    const ended = await fail(more, isUnscheduled)
    expect(ended).toMatchObject({ code: 4, error: { code: 'NO_GPU_FREE' } })
    expect(ended.error.reason).toContain('Insufficient nvidia.com/gpu')
    expectSoon(ended)
  },

  async 'a taint that is not tolerated, without an autoscaler'() {
    await fail(['--image', `${REGISTRY}/vllm-cpu:9.9.9`], isWaiting('ErrImagePull'))
    await taint([{ key: 'team', value: 'other', effect: 'NoSchedule' }])
    try {
      const refused = await run([...DEPLOY_TINY, '-n', namespace])
      expect(refused.code, 'a new deploy is refused before anything changes').toBe(3)
      expect(refused.stderr).toContain('team')
      for (const { metadata } of await podsOf(namespace))
        await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${metadata.name}`)
      const ended = await fail([], isUnscheduled, ['wait', 'tiny'])
      expect(ended, ended.stderr).toMatchObject({ code: 6, error: { code: 'TAINT_NOT_TOLERATED' } })
      expect(ended.error.message).toContain('team: other')
      expectSoon(ended)
    } finally {
      await taint([])
    }
  },

  async 'no GPU free, and an autoscaler that adds none'() {
    const ended = await failByAutoscaler(more)
    expect(ended).toMatchObject({ code: 4, error: { code: 'NO_GPU_FREE' } })
    expect(ended.error.reason).toContain(REFUSAL)
    expectSoon(ended)
  },

  async 'a taint that is not tolerated, and an autoscaler that adds no node without it'() {
    await fail(['--image', `${REGISTRY}/vllm-cpu:9.9.9`], isWaiting('ErrImagePull'))
    await taint([{ key: 'team', value: 'other', effect: 'NoSchedule' }])
    try {
      for (const { metadata } of await podsOf(namespace))
        await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${metadata.name}`)
      const ended = await failByAutoscaler([], ['wait', 'tiny'])
      expect(ended, ended.stderr).toMatchObject({ code: 6, error: { code: 'TAINT_NOT_TOLERATED' } })
      expect(ended.error.message).toContain('team: other')
      expect(ended.error.reason).toContain(REFUSAL)
      expectSoon(ended)
    } finally {
      await taint([])
    }
  },

  async 'a volume claim that a provisioner may still serve is waited for'() {
    const name = `slow-${namespace}`
    await api('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: 'nobody.example.com/slow',
    })
    try {
      await claimWeights(name)
      const run = await fail([...wantsWeights, '--timeout', '30s'], isUnscheduled)
      expect(run, run.stderr).toMatchObject({ code: 7, error: { code: 'TIMED_OUT' } })
    } finally {
      await api('DELETE', `/apis/storage.k8s.io/v1/storageclasses/${name}`)
    }
  },

  async 'a volume claim that nothing binds'() {
    await claimWeights('')
    const ended = await fail(wantsWeights, isUnscheduled)
    expect(ended).toMatchObject({ code: 6, error: { code: 'VOLUME_UNBOUND' } })
    // The controller's event, or what kaito sees before there is one.
    expect(ended.error.reason).toMatch(/no storage class is set|wants no StorageClass/)
    expectSoon(ended)
  },
}

/** It waits as long as the autoscaler has said nothing, and ends with what it says: that no node will help. */
async function failByAutoscaler(args: readonly string[], command?: readonly string[]): Promise<Ended> {
  await api('POST', '/api/v1/namespaces/kube-system/configmaps', AUTOSCALER)
  let refusedAt = Number.NaN
  try {
    const speak = (async () => {
      await eventually(async () => isUnscheduled(await podsOf(namespace)), 'the pod is unscheduled', 60_000)
      // Long enough to be sure that it waits.
      await new Promise((resolve) => setTimeout(resolve, 12_000))
      await sayOfUnscheduled(namespace, 'NotTriggerScaleUp', `pod didn't trigger scale-up: ${REFUSAL}`)
      refusedAt = performance.now()
    })()
    const ended = await fail(args, () => !Number.isNaN(refusedAt), command)
    await speak
    return ended
  } finally {
    await api('DELETE', '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status')
  }
}

async function claimWeights(storageClassName: string): Promise<void> {
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } }
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'weights' }, spec }
  await api('POST', `/api/v1/namespaces/${namespace}/persistentvolumeclaims`, claim)
}

function GPUS(count: number): Record<string, string> {
  return { 'nvidia.com/gpu': String(count) }
}

function taint(taints: object[]): Promise<unknown> {
  return api('PATCH', `/api/v1/nodes/${NODE_NAME}`, { spec: { taints } }, 'application/merge-patch+json')
}

const REFUSAL = '1 max node group size reached'
const AUTOSCALER = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' },
  data: { status: 'Cluster-autoscaler status at 2026-01-01 00:00:00 UTC' },
}
