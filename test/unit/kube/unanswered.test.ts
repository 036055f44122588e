/** Servers and proxies that take a connection and never answer. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPortForwarder } from '#kube/tunnel/port-forward.ts'
import { createTransport } from '#kube/wire/transport.ts'
import { startProxy } from '../../emulators/proxy/server.ts'

const POD = { apiVersion: 'v1', kind: 'Pod', name: 'one', namespace: 'default' }
const closing: (() => void)[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const close of closing.splice(0)) close()
})

function configFor(server: string, proxyUrl?: string): KubeConfig {
  const config = new KubeConfig()
  const proxy = proxyUrl === undefined ? {} : { proxyUrl }
  config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: false, ...proxy }, { name: 'me' })
  return config
}

/** `seen` says when the question has arrived. */
async function behindProxy(): Promise<{ config: KubeConfig; seen: () => boolean }> {
  const proxy = await startProxy({ isSilent: true })
  closing.push(() => proxy.close())
  return { config: configFor('https://api.example', proxy.url), seen: () => proxy.asked.length > 0 }
}

async function withoutUpgrade(): Promise<{ config: KubeConfig; seen: () => boolean }> {
  let isSeen = false
  const server = createServer().on('upgrade', (_request, socket) => {
    isSeen = true
    closing.push(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return { config: configFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), seen: () => isSeen }
}

describe.each([
  ['behind a silent proxy', behindProxy],
  ['without an answer to the upgrade', withoutUpgrade],
])('a port-forward %s', (_what, start) => {
  it('is given up after 10 s, in words', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { config, seen } = await start()
    const refused = expect(
      createPortForwarder(config).open(POD, 8000, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'no answer within 10 s' })
    await vi.waitFor(() => expect(seen()).toBe(true))
    await vi.advanceTimersByTimeAsync(10_000)
    await refused
  })

  it('ends with the command', async () => {
    const { config, seen } = await start()
    const stop = new AbortController()
    const refused = expect(createPortForwarder(config).open(POD, 8000, stop.signal)).rejects.toThrow('Interrupted')
    await vi.waitFor(() => expect(seen()).toBe(true))
    stop.abort(new Error('Interrupted'))
    await refused
  })
})

it('a request behind a silent proxy ends with the command', async () => {
  const { config, seen } = await behindProxy()
  const transport = await createTransport(config, 'https://api.example', 'test', () => undefined)
  const stop = new AbortController()
  const refused = expect(transport.send({ method: 'GET', path: '/', signal: stop.signal })).rejects.toThrow(
    'Interrupted',
  )
  await vi.waitFor(() => expect(seen()).toBe(true))
  stop.abort(new Error('Interrupted'))
  await refused
})

it('a request behind a silent proxy is given up', { timeout: 20_000 }, async () => {
  const { config } = await behindProxy()
  const transport = await createTransport(config, 'https://api.example', 'test', () => undefined)
  const { signal } = new AbortController()
  await expect(transport.open({ method: 'GET', path: '/', signal })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})
