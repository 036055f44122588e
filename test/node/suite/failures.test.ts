/** Real failures on a real kubelet: each ends the wait with its own cause, soon after the cluster shows it. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sayOfUnscheduled } from '../../cluster/suite/bed.ts'
import { NODE_NAME, PRIVATE_REGISTRY, REGISTRY } from '../places.ts'
import {
  api,
  createNamespace,
  DEPLOY_TINY,
  eventually,
  type Pod,
  PRESETS,
  podsOf,
  removeNamespace,
  run,
} from './node.ts'

/** From the moment that the API server shows the state to the end of the command. */
const SOON_MS = 15_000

let namespace = ''

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'kaito-')), name)
  writeFileSync(path, text)
  return path
}

/** A patch of the engine's container and its pod. */
function patch(container: object, pod: object = {}): string[] {
  const containers = [{ name: 'engine', ...container }]
  const document = { kind: 'Deployment', spec: { template: { spec: { ...pod, containers } } } }
  return ['--patch', file('failure.patch.yaml', JSON.stringify(document))]
}

interface Ended {
  code: number | null
  error: { code: string; message: string; reason: string; hint: string }
  /** Since the state was there to see; NaN when it never was. */
  afterMs: number
  stderr: string
}

/** Deploys and watches, past kaito, for the moment at which the failure can be seen. */
async function fail(
  args: readonly string[],
  isVisible: (pods: Pod[]) => boolean | Promise<boolean>,
  command: readonly string[] = DEPLOY_TINY,
): Promise<Ended> {
  let seen = Number.NaN
  let isOver = false
  const watch = (async () => {
    while (!isOver && Number.isNaN(seen)) {
      if (await isVisible(await podsOf(namespace))) seen = performance.now()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  const { code, stderr } = await run([...command, '-n', namespace, '-o', 'json', '--timeout', '5m', ...args])
  const end = performance.now()
  isOver = true
  await watch
  const line = stderr.split('\n').findLast((text) => text.startsWith('{')) ?? '{}'
  const error = JSON.parse(line.trim()) as Ended['error']
  return { code, error, afterMs: end - seen, stderr }
}

function expectSoon(ended: Ended): void {
  expect(ended.afterMs, ended.stderr).toBeLessThan(SOON_MS)
  expect(ended.error.hint).not.toBe('')
  process.stdout.write(`  ${ended.error.code} ${(ended.afterMs / 1000).toFixed(1)} s after it could be seen\n`)
}

const isWaiting =
  (...reasons: string[]) =>
  (pods: Pod[]): boolean =>
    pods.some(({ status }) => status.containerStatuses?.some((c) => reasons.includes(c.state?.waiting?.reason ?? '')))
const hasCrashed = (pods: Pod[]): boolean =>
  pods.some(({ status }) =>
    status.containerStatuses?.some((c) => (c.state?.terminated ?? c.lastState?.terminated) !== undefined),
  )
const isUnscheduled = (pods: Pod[]): boolean =>
  pods.some(({ status }) => status.conditions?.some((c) => c.type === 'PodScheduled' && c.status === 'False'))

/** The ReplicaSet says that its pods are refused. */
async function isRefused(): Promise<boolean> {
  const { body } = await api<{ items: { status: { conditions?: { type: string }[] } }[] }>(
    'GET',
    `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  )
  return body.items.some(({ status }) => status.conditions?.some((c) => c.type === 'ReplicaFailure') === true)
}

beforeEach(async () => {
  namespace = await createNamespace()
})
afterEach(async () => {
  await removeNamespace(namespace)
})

describe('images', () => {
  it('a tag that the registry does not have', async () => {
    const ended = await fail(['--image', `${REGISTRY}/vllm-cpu:9.9.9`], isWaiting('ErrImagePull', 'ImagePullBackOff'))
    expect(ended).toMatchObject({ code: 6, error: { code: 'IMAGE_NOT_FOUND' } })
    expect(ended.error.reason).toContain('vllm-cpu:9.9.9')
    expectSoon(ended)
  })

  it('a registry that asks for a password', async () => {
    // A tag of which the node can have no copy: the registry asks for the password before it says what it has.
    const ended = await fail(
      ['--image', `${PRIVATE_REGISTRY}/vllm-cpu:never-pulled`],
      isWaiting('ErrImagePull', 'ImagePullBackOff'),
    )
    expect(ended).toMatchObject({ code: 6, error: { code: 'IMAGE_PULL_DENIED' } })
    expect(ended.error.hint).toContain('kubectl create secret docker-registry')
    expectSoon(ended)
  })
})

describe('configuration', () => {
  const wantsToken = patch({
    env: [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hub', key: 'HF_TOKEN' } } }],
  })

  it('a Secret that is missing', async () => {
    const ended = await fail(wantsToken, isWaiting('CreateContainerConfigError'))
    expect(ended).toMatchObject({ code: 6, error: { code: 'SECRET_NOT_FOUND', reason: 'secret "hub" not found' } })
    expectSoon(ended)
  })

  it('a key that the Secret lacks', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hub' }, stringData: { token: 'x' } }
    await api('POST', `/api/v1/namespaces/${namespace}/secrets`, secret)
    const ended = await fail(wantsToken, isWaiting('CreateContainerConfigError'))
    expect(ended).toMatchObject({ code: 6, error: { code: 'SECRET_KEY_NOT_FOUND' } })
    expect(ended.error.message).toContain('hub has no key HF_TOKEN')
    expectSoon(ended)
  })
})

describe('the engine', () => {
  it('a flag that it does not know', async () => {
    const ended = await fail(['--engine-arg', 'no-such-flag=1'], hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'ENGINE_FLAG_INVALID' } })
    expect(ended.error.message).toContain('--no-such-flag')
    expectSoon(ended)
  })

  it('a context that is too long for the KV cache; the advice is one that works', async () => {
    const ended = await fail(['--engine-arg', 'num-gpu-blocks-override=4'], hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'KV_CACHE_TOO_SMALL' } })
    const length = /--max-model-len (\d+)/.exec(ended.error.hint)?.[1] ?? ''
    expect(Number(length)).toBeGreaterThan(0)
    expectSoon(ended)
    const mended = await run([
      ...[...DEPLOY_TINY, '-n', namespace, '--engine-arg', 'num-gpu-blocks-override=4'],
      ...['--max-model-len', length],
    ])
    expect(mended.code, mended.stderr).toBe(0)
  })

  it('a model path that is not in the container', async () => {
    const preset = readFileSync(join(PRESETS, 'tiny.yaml'), 'utf8').replace(
      'modelId: /models/tiny',
      'modelId: /models/none',
    )
    const ended = await fail(['--presets', file('tiny.yaml', preset)], hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'MODEL_NOT_FOUND' } })
    expect(ended.error.message).toContain('/models/none')
    expectSoon(ended)
  })

  it('out of memory by its limit', async () => {
    const resources = { requests: { memory: '300Mi' }, limits: { memory: '300Mi' } }
    const ended = await fail(patch({ resources }), hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'OUT_OF_MEMORY' } })
    expectSoon(ended)
  })
})

describe('admission', () => {
  it('PodSecurity', async () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    const merge = 'application/merge-patch+json'
    await api('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels } }, merge)
    const ended = await fail(patch({ securityContext: { allowPrivilegeEscalation: true } }), isRefused)
    expect(ended).toMatchObject({ code: 6, error: { code: 'POD_SECURITY_VIOLATION' } })
    expect(ended.error.reason).toContain('allowPrivilegeEscalation')
    expectSoon(ended)
  })

  it('a ResourceQuota', async () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'no-gpus' },
      spec: { hard: { 'requests.nvidia.com/gpu': '0' } },
    }
    await api('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, quota)
    const ended = await fail([], isRefused)
    expect(ended).toMatchObject({ code: 4, error: { code: 'NAMESPACE_QUOTA_EXCEEDED' } })
    expect(ended.error.message).toContain('no-gpus')
    expectSoon(ended)
  })
})

describe('scheduling', () => {
  const wantsWeights = patch(
    { volumeMounts: [{ name: 'weights', mountPath: '/weights' }] },
    { volumes: [{ name: 'weights', persistentVolumeClaim: { claimName: 'weights' } }] },
  )
  const more = ['--replicas', '2', ...patch({ resources: { requests: GPUS(2), limits: GPUS(2) } })]

  it('no GPU free', async () => {
    const ended = await fail(more, isUnscheduled)
    expect(ended).toMatchObject({ code: 4, error: { code: 'NO_GPU_FREE' } })
    expect(ended.error.reason).toContain('Insufficient nvidia.com/gpu')
    expectSoon(ended)
  })

  it('a taint that is not tolerated, without an autoscaler', async () => {
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
  })

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

  it('no GPU free, and an autoscaler that adds none', async () => {
    const ended = await failByAutoscaler(more)
    expect(ended).toMatchObject({ code: 4, error: { code: 'NO_GPU_FREE' } })
    expect(ended.error.reason).toContain(REFUSAL)
    expectSoon(ended)
  })

  it('a taint that is not tolerated, and an autoscaler that adds no node without it', async () => {
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
  })

  it('a volume claim that a provisioner may still serve is waited for', async () => {
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
  })

  it('a volume claim that nothing binds', async () => {
    await claimWeights('')
    const ended = await fail(wantsWeights, isUnscheduled)
    expect(ended).toMatchObject({ code: 6, error: { code: 'VOLUME_UNBOUND' } })
    // The controller's event, or what kaito sees before there is one.
    expect(ended.error.reason).toMatch(/no storage class is set|wants no StorageClass/)
    expectSoon(ended)
  })
})

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
