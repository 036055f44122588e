/** The tunnel's server side against kaito's own client, over a plain-http server on loopback. */
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcp } from 'node:net'
import { Duplex } from 'node:stream'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { afterEach, describe, expect, it } from 'vitest'
import { answerOf, requestOf } from '#endpoint/conversation.ts'
import { createPortForwarder } from '#kube/tunnel/port-forward.ts'
import { connectionRefused, inMemoryConnection, servePortForward } from '#sandbox/cluster/tunnel/port-forward.ts'
import { createServerOf } from '#sandbox/engines/vllm/server.ts'

const POD = { apiVersion: 'v1', kind: 'Pod', name: 'tiny-1', namespace: 'default' }
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listen(server: Server | ReturnType<typeof createTcp>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** An API server that only forwards ports; what it was asked for is in `paths`. */
async function cluster(dial: (port: number) => Promise<Duplex>) {
  const paths: string[] = []
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    paths.push(request.url ?? '')
    closing.push(() => socket.destroy())
    const ports = new URL(request.url ?? '', 'http://x').searchParams.getAll('ports').map(Number)
    servePortForward({ request, socket, head, ports, dial })
  })
  const port = await listen(server)
  closing.push(() => server.close())
  const config = new KubeConfig()
  // client-node takes plain http only with this.
  const place = { name: 'sandbox', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }
  config.loadFromClusterAndUser(place, { name: 'anyone' })
  return { forwarder: createPortForwarder(config), paths, port }
}

function engine(handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer(handler)
  closing.push(() => server.closeAllConnections())
  return server
}

const echo = (request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/plain' })
  request.pipe(response)
}
const signal = new AbortController().signal
const post = (body: string) => ({ method: 'POST', path: '/', body, timeoutMs: 5_000 }) as const

describe('a pod that listens', () => {
  it('answers a request', async () => {
    const { forwarder, paths } = await cluster(async () => inMemoryConnection(engine(echo)))
    const forward = await forwarder.open(POD, 8000, signal)
    expect(await forward.request(post('hello'))).toEqual({ status: 200, body: 'hello' })
    expect(paths).toEqual(['/api/v1/namespaces/default/pods/tiny-1/portforward?ports=8000'])
    await forward.close()
  })

  it('takes several requests on one connection', async () => {
    const dialled: number[] = []
    const server = engine(echo)
    const { forwarder } = await cluster(async (port) => {
      dialled.push(port)
      return inMemoryConnection(server)
    })
    const forward = await forwarder.open(POD, 8000, signal)
    for (const text of ['one', 'two', 'three']) expect((await forward.request(post(text))).body).toBe(text)
    expect(dialled).toEqual([8000])
    await forward.close()
  })

  it.each([
    { says: 'nothing', handler: () => undefined },
    { says: 'half of it', handler: (_: IncomingMessage, response: ServerResponse) => void response.write('half') },
  ])('that says $says and then is silent has so long and no longer', async ({ handler }) => {
    const { forwarder } = await cluster(async () => inMemoryConnection(engine(handler)))
    const forward = await forwarder.open(POD, 8000, signal)
    await expect(forward.request({ ...post('hello'), timeoutMs: 100 })).rejects.toThrow('no answer within 100 ms')
    await forward.close()
  })

  it('streams: a piece arrives before the next is written', async () => {
    let next: () => void = () => {}
    const server = engine((_request, response) => {
      response.writeHead(200)
      response.write('first')
      next = () => response.end('second')
    })
    const { forwarder } = await cluster(async () => inMemoryConnection(server))
    const forward = await forwarder.open(POD, 8000, signal)
    const { status, chunks } = await forward.stream({ method: 'GET', path: '/', timeoutMs: 5_000 })
    expect(status).toBe(200)
    const seen: string[] = []
    for await (const chunk of chunks) {
      seen.push(chunk)
      next()
    }
    expect(seen).toEqual(['first', 'second'])
    await forward.close()
  })

  it.each(['in memory', 'over TCP'])('carries megabytes both ways, %s', async (way) => {
    const server = engine(echo)
    const port = way === 'over TCP' ? await listen(server) : 0
    if (port !== 0) closing.push(() => server.close())
    const { forwarder } = await cluster(async () => {
      if (port === 0) return inMemoryConnection(server)
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    })
    const forward = await forwarder.open(POD, 8000, signal)
    const body = 'kaito '.repeat(1_000_000)
    const answer = await forward.request(post(body))
    expect(answer.body === body).toBe(true)
    await forward.close()
  })

  it('the end of the client is the end of the connection to the pod', async () => {
    const server = engine(echo)
    const ended = once(server, 'connection').then(([socket]) => once(socket as Duplex, 'close'))
    const { forwarder } = await cluster(async () => inMemoryConnection(server))
    const stream = await forwarder.dial(POD, 8000, signal)
    stream.destroy()
    await ended
  })

  it('the end of the pod is the end of the client, after the last byte', async () => {
    const tcp = createTcp((socket) => socket.end('bye'))
    const port = await listen(tcp)
    closing.push(() => tcp.close())
    const { forwarder } = await cluster(async () => connect(port, '127.0.0.1'))
    const stream = await forwarder.dial(POD, 8000, signal)
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    expect(Buffer.concat(parts).toString()).toBe('bye')
  })
})

describe('the simulated engine behind it', () => {
  it('a conversation arrives word by word', async () => {
    const server = engine(
      createServerOf({ servedNames: ['tiny'], version: '0.32.0', maxModelLen: 512, startedAt: new Date(0) }),
    )
    const { forwarder } = await cluster(async () => inMemoryConnection(server))
    const forward = await forwarder.open(POD, 8000, signal)
    expect((await forward.request({ method: 'GET', path: '/health', timeoutMs: 5_000 })).status).toBe(200)
    const asked = requestOf({ model: 'tiny', chat: true, messages: [{ role: 'user', content: 'Hi' }] })
    const { chunks } = await forward.stream({ method: 'POST', ...asked, timeoutMs: 5_000 })
    const words: string[] = []
    for await (const said of answerOf(chunks)) if (said.kind === 'words') words.push(said.text)
    expect(words.length).toBeGreaterThan(10)
    expect(words.join('')).toContain('no model ran')
    await forward.close()
  })
})

describe('on the wire', () => {
  it('every channel starts with the port, and one that is refused leaves the other alone', async () => {
    const tcp = createTcp((socket) => socket.end('bye'))
    const pod = await listen(tcp)
    closing.push(() => tcp.close())
    const { port } = await cluster(async (asked) => {
      if (asked === 8001) throw new Error('refused')
      return connect(pod, '127.0.0.1')
    })
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?ports=8000&ports=8001`, ['v4.channel.k8s.io'])
    socket.binaryType = 'arraybuffer'
    const frames: string[] = []
    socket.addEventListener('message', ({ data }) => frames.push(Buffer.from(data as ArrayBuffer).toString('latin1')))
    await new Promise((resolve) => socket.addEventListener('close', resolve))
    expect(socket.protocol).toBe('v4.channel.k8s.io')
    expect(frames.slice(0, 4)).toEqual(['\0\x40\x1f', '\x01\x40\x1f', '\x02\x41\x1f', '\x03\x41\x1f'])
    expect(frames.slice(4).sort()).toEqual(['\0bye', '\x03refused'])
  })

  it('a client that does not read holds the pod back', async () => {
    let written = 0
    const pod = new Duplex({
      read() {
        written += 65_536
        this.push(Buffer.alloc(65_536))
      },
      write: (_chunk, _encoding, done) => done(),
    })
    const { port } = await cluster(async () => pod)
    const headers = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const key = { 'sec-websocket-key': Buffer.alloc(16).toString('base64') }
    const asked = get({ port, path: '/?ports=8000', headers: { ...headers, ...key } })
    const [, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, Duplex]
    socket.pause()
    let before = -1
    while (written !== before) {
      before = written
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(written).toBeLessThan(64 * 1_048_576)
    socket.destroy()
    await once(pod, 'close')
  })
})

describe('a pod that does not', () => {
  it('refuses in the words of kubelet', async () => {
    const { forwarder } = await cluster(async (port) => {
      throw connectionRefused('0f3d', port)
    })
    const stream = await forwarder.dial(POD, 8000, signal)
    const [error] = (await once(stream, 'error')) as [Error]
    expect(error.message).toMatch(
      /^error forwarding port 8000 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace ".+": failed to connect to localhost:8000 inside namespace ".+", IPv4: dial tcp4 127\.0\.0\.1:8000: connect: connection refused/,
    )
  })

  it('a request fails with what the error channel says', async () => {
    const { forwarder } = await cluster(async (port) => {
      throw connectionRefused('0f3d', port)
    })
    const forward = await forwarder.open(POD, 8000, signal)
    await expect(forward.request(post('hello'))).rejects.toThrow('connection refused')
    await forward.close()
  })

  it('a connection that breaks says how', async () => {
    const broken = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(new Error('lost the pod')) })
    const { forwarder } = await cluster(async () => broken)
    const forward = await forwarder.open(POD, 8000, signal)
    await expect(forward.request(post('hello'))).rejects.toThrow('lost the pod')
    await forward.close()
  })
})

describe('a client that speaks something else', () => {
  it('gets a 400', async () => {
    const { port } = await cluster(async () => inMemoryConnection(engine(echo)))
    const socket = connect(port, '127.0.0.1')
    const head = ['GET /?ports=8000 HTTP/1.1', 'host: x', 'connection: upgrade', 'upgrade: websocket']
    socket.write(`${[...head, 'sec-websocket-protocol: SPDY/3.1+portforward.k8s.io'].join('\r\n')}\r\n\r\n`)
    const [data] = (await once(socket, 'data')) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400 [\s\S]*unable to negotiate protocol/)
    socket.destroy()
  })
})

describe('an API server that hangs up', () => {
  it('is told as one that cannot be reached, not as a bug', async () => {
    const server = createServer()
    server.on('upgrade', (_request, socket) => socket.destroy())
    const port = await listen(server)
    closing.push(() => server.close())
    const config = new KubeConfig()
    const place = { name: 'sandbox', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }
    config.loadFromClusterAndUser(place, { name: 'anyone' })
    await expect(createPortForwarder(config).open(POD, 8000, signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`http://127.0.0.1:${port}`) as string,
    })
  })
})
