import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { unkeptSettings } from '#core/state/unkept-settings.ts'

function deployment(args: string[], more: { replicas?: number; image?: string; pullSecrets?: string[] } = {}) {
  const { replicas = 1, image = 'vllm/vllm-openai:v1', pullSecrets = [] } = more
  const pod = { containers: [{ name: 'engine', image, args }], imagePullSecrets: pullSecrets.map((name) => ({ name })) }
  const body = { replicas, template: { spec: pod } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'm' }, spec: body } as KubeObject
}

describe('settings of a deploy that kept none', () => {
  const unsaid = deployment(['--port=8000', '--max-model-len=32768', '--shutdown-timeout=60'])

  it('are what its Deployment has and the plain one has not', () => {
    const live = deployment(
      [
        '--port=8000',
        '--max-model-len=4096',
        '--shutdown-timeout=60',
        '--seed=3',
        '--enforce-eager',
        '--no-enable-prefix-caching',
      ],
      { replicas: 2, image: 'mirror.example/vllm:v1', pullSecrets: ['registry'] },
    )
    expect(unkeptSettings(live, unsaid)).toEqual({
      replicas: 2,
      image: 'mirror.example/vllm:v1',
      maxModelLen: 4096,
      engineArgs: { seed: 3, 'enforce-eager': true, 'enable-prefix-caching': false },
      imagePullSecrets: ['registry'],
    })
  })

  it('are none where nothing was said', () => {
    expect(unkeptSettings(unsaid, unsaid)).toEqual({})
  })
})
