/** The way through the Service, which a NetworkPolicy may close to the API server. */
import { expect, it } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { drive } from '#pipeline/runs/drive.ts'
import { endpointStep, verificationsOf } from '#pipeline/steps/endpoint.ts'
import { vllm } from '#runtimes/vllm/index.ts'
import { fakePorts, quickClock } from '../../../support/fake-ports.ts'
import { seeNothing } from '../../../support/seen-nothing.ts'

const target = {
  objectName: 'chat',
  namespace: 'n',
  servedModelName: 'tiny',
  api: vllm.api,
  containerPort: 8000,
  servicePort: 80,
  pods: [],
  access: { needsKey: false } as const,
}
const policy: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'chat', namespace: 'n' },
}

async function serviceCheck(status: number, found: KubeObject | undefined) {
  const kube = { serviceRequest: async () => ({ status, body: 'dial tcp: i/o timeout' }), get: async () => found }
  const clock = quickClock()
  const seen = await drive(
    [endpointStep(async () => target, { needs: [] })],
    { look: seeNothing },
    fakePorts({ clock, kube }),
  )
  return verificationsOf(seen).find(({ check }) => check === 'service')
}

it('is not verified, and says why, when the API server does not get through a NetworkPolicy', async () => {
  expect(await serviceCheck(503, policy)).toMatchObject({
    outcome: 'not-verified',
    detail: expect.stringContaining('NetworkPolicy/chat'),
  })
})

it('fails without a NetworkPolicy, and when what answers is wrong', async () => {
  await expect(serviceCheck(503, undefined)).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
  await expect(serviceCheck(500, policy)).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
})
