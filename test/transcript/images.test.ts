/** Which image the pod is told to run, from the flags to the manifest. */
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kaito } from './run.ts'

interface Deployment {
  kind: string
  spec: { template: { spec: { containers: { image: string }[]; imagePullSecrets?: { name: string }[] } } }
}

async function podOf(...args: string[]) {
  const { code, stdout, stderr } = await kaito(['render', 'mistral-7b', '--cloud', 'azure', ...args])
  expect(code, stderr).toBe(0)
  const objects = parseAllDocuments(stdout).map((doc) => doc.toJS() as Deployment)
  const pod = objects.find(({ kind }) => kind === 'Deployment')?.spec.template.spec
  return { image: pod?.containers[0]?.image ?? '', pullSecrets: pod?.imagePullSecrets ?? [] }
}

describe('the image', () => {
  it('is the one of the catalogue, pinned', async () => {
    expect((await podOf()).image).toMatch(/^vllm\/vllm-openai:v[\d.]+/)
  })

  it.each(['mirror.example:5000/hub', 'mirror.example:5000/hub/'])(
    'comes from the mirror %s, under the same name',
    async (prefix) => {
      const shipped = (await podOf()).image
      const mirrored = await podOf('--registry-mirror', prefix, '--image-pull-secret', 'pull')
      expect(mirrored).toEqual({ image: `mirror.example:5000/hub/${shipped}`, pullSecrets: [{ name: 'pull' }] })
    },
  )

  it('that the user names is taken as it is: a mirror has only what the catalogue names', async () => {
    const own = 'registry.example/own/vllm:1'
    expect((await podOf('--image', own, '--registry-mirror', 'mirror.example')).image).toBe(own)
  })

  it('comes from the mirror that the environment names', async () => {
    const { stdout } = await kaito(['render', 'mistral-7b', '--cloud', 'azure'], {
      env: { KAITO_REGISTRY_MIRROR: 'mirror.example' },
    })
    expect(stdout).toMatch(/image: mirror\.example\/vllm\/vllm-openai:/)
  })
})
