/** Real failures on a real kubelet: each ends the wait with its own cause, soon after the cluster shows it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { PRIVATE_REGISTRY, REGISTRY } from '../places.ts'
import { type Ended, expectSoon, fail, file, hasCrashed, isRefused, isWaiting, namespace, patch } from './failing.ts'
import type { Cases } from './journey.ts'
import { api, DEPLOY_TINY, eventually, PRESETS, podsOf, run } from './node.ts'

const wantsToken = patch({
  env: [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hub', key: 'HF_TOKEN' } } }],
})

/** No engine starts. */
export const BEFORE_THE_ENGINE: Cases = {
  async 'a tag that the registry does not have'() {
    const ended = await fail(['--image', `${REGISTRY}/vllm-cpu:9.9.9`], isWaiting('ErrImagePull', 'ImagePullBackOff'))
    expect(ended).toMatchObject({ code: 6, error: { code: 'IMAGE_NOT_FOUND' } })
    expect(ended.error.reason).toContain('vllm-cpu:9.9.9')
    expectSoon(ended)
  },

  async 'a registry that asks for a password'() {
    // A tag of which the node can have no copy: the registry asks for the password before it says what it has.
    const ended = await fail(
      ['--image', `${PRIVATE_REGISTRY}/vllm-cpu:never-pulled`],
      isWaiting('ErrImagePull', 'ImagePullBackOff'),
    )
    expect(ended).toMatchObject({ code: 6, error: { code: 'IMAGE_PULL_DENIED' } })
    expect(ended.error.hint).toMatch(/kubectl .*create secret docker-registry REGISTRY-LOGIN/)
    expectSoon(ended)
  },

  async 'a Secret that is missing'() {
    const ended = await fail(wantsToken, isWaiting('CreateContainerConfigError'))
    expect(ended).toMatchObject({ code: 6, error: { code: 'SECRET_NOT_FOUND', reason: 'secret "hub" not found' } })
    expectSoon(ended)
  },

  async 'a key that the Secret lacks'() {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hub' }, stringData: { token: 'x' } }
    await api('POST', `/api/v1/namespaces/${namespace}/secrets`, secret)
    const ended = await fail(wantsToken, isWaiting('CreateContainerConfigError'))
    expect(ended).toMatchObject({ code: 6, error: { code: 'SECRET_KEY_NOT_FOUND' } })
    expect(ended.error.message).toContain('hub has no key HF_TOKEN')
    expectSoon(ended)
  },

  async 'PodSecurity refuses the pods'() {
    const privileged = patch({ securityContext: { allowPrivilegeEscalation: true } })
    const ended = await refusedAfterwards(privileged, async () => {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
      await api('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels } }, 'application/merge-patch+json')
    })
    expect(ended, ended.stderr).toMatchObject({ code: 6, error: { code: 'POD_SECURITY_VIOLATION' } })
    expect(ended.error.reason).toContain('allowPrivilegeEscalation')
    expectSoon(ended)
  },

  async 'a ResourceQuota refuses the pods'() {
    const ended = await refusedAfterwards([], async () => {
      const none = { hard: { 'requests.nvidia.com/gpu': '0' } }
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'no-gpus' }, spec: none }
      await api('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, quota)
      const path = `/api/v1/namespaces/${namespace}/resourcequotas/no-gpus`
      const isCounted = async () =>
        (await api<{ status?: { used?: object } }>('GET', path)).body.status?.used !== undefined
      await eventually(isCounted, 'the quota counts')
    })
    expect(ended, ended.stderr).toMatchObject({ code: 4, error: { code: 'NAMESPACE_QUOTA_EXCEEDED' } })
    expect(ended.error.message).toContain('no-gpus')
    expectSoon(ended)
  },
}

/** The namespace comes to refuse pods while one waits for its image: a change is refused before it is made, and a wait ends. */
async function refusedAfterwards(args: readonly string[], refuse: () => Promise<void>): Promise<Ended> {
  await fail(['--image', `${REGISTRY}/vllm-cpu:9.9.9`, ...args], isWaiting('ErrImagePull', 'ImagePullBackOff'))
  await refuse()
  const changed = await run([...DEPLOY_TINY, '-n', namespace, '-o', 'json', ...args])
  expect(changed.code, changed.stderr).toBe(3)
  expect(changed.stderr).toContain('"code":"PREFLIGHT_REFUSED"')
  for (const { metadata } of await podsOf(namespace))
    await api('DELETE', `/api/v1/namespaces/${namespace}/pods/${metadata.name}?gracePeriodSeconds=0`)
  return fail([], isRefused, ['wait', 'tiny'])
}

/** An engine starts for each, and ends. */
export const OF_THE_ENGINE: Cases = {
  async 'a flag that it does not know'() {
    const ended = await fail(['--engine-arg', 'no-such-flag=1'], hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'ENGINE_FLAG_INVALID' } })
    expect(ended.error.message).toContain('--no-such-flag')
    expectSoon(ended)
  },

  async 'a context that is too long for the KV cache; the advice is one that works'() {
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
  },

  async 'a model path that is not in the container'() {
    const preset = readFileSync(join(PRESETS, 'tiny.yaml'), 'utf8').replace(
      'modelId: /models/tiny',
      'modelId: /models/none',
    )
    const ended = await fail(['--presets', file('tiny.yaml', preset)], hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'MODEL_NOT_FOUND' } })
    expect(ended.error.message).toContain('/models/none')
    expectSoon(ended)
  },

  async 'out of memory by its limit'() {
    const resources = { requests: { memory: '300Mi' }, limits: { memory: '300Mi' } }
    const ended = await fail(patch({ resources }), hasCrashed)
    expect(ended).toMatchObject({ code: 6, error: { code: 'OUT_OF_MEMORY' } })
    expectSoon(ended)
  },
}
