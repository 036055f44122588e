/** What an API server warns of beside its answer. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { expect, it, onTestFinished } from 'vitest'
import type { KubeObject } from '#core/objects/kube-object.ts'
import { createClient } from '#kube/client.ts'
import { createPortForwarder } from '#kube/tunnel/port-forward.ts'
import { createTransport } from '#kube/wire/transport.ts'

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' } } as KubeObject

it('every warning is told as it was meant, and nothing is asked to be stored', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const warning = ['299 - "would violate PodSecurity \\"restricted:latest\\": a, b"', '299 kaito "another"']
    response.setHeader('warning', warning).writeHead(201, { 'content-type': 'application/json' })
    request.pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: false }, { name: 'me' })
  const transport = await createTransport(config, url, 'test', () => undefined)
  const identity = { context: 'c', server: url, namespace: 'n' }
  const client = createClient(transport, identity, createPortForwarder(config))
  expect(await client.tryCreate(POD, new AbortController().signal)).toEqual({
    object: POD,
    warnings: ['would violate PodSecurity "restricted:latest": a, b', 'another'],
  })
  expect(asked).toEqual(['POST /api/v1/namespaces/n/pods?fieldManager=kaito&dryRun=All'])
  await client.close()
})
