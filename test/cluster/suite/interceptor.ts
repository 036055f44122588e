/**
 * Stands between the command line and both APIs (Kubernetes and ARM), counts every request in the order of arrival,
 * and lets a test act on it: kill the client before the request is passed on, or after the server has committed and
 * before the client hears of it, or change a body on its way.
 */
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

export interface Seen {
  index: number
  api: 'kube' | 'arm'
  method: string
  url: string
}

/** What to do with one request. */
export interface Interception {
  /** Called before the request is passed on; true = swallow it (the client is dead by then). */
  before?(seen: Seen): boolean
  /** Called when the server has answered; true = the answer is never passed on. */
  after?(seen: Seen, status: number): boolean
  /** Takes over an answer on its way, a watch for one; true = it is passed on, or not, by whoever took it. */
  take?(seen: Seen, answer: IncomingMessage, response: ServerResponse): boolean
  /** Changes the body of a request. */
  rewrite?(seen: Seen, body: string): string
  /** Answers in place of the server. */
  answer?(seen: Seen): { status: number; body: string } | undefined
}

export interface Upstream {
  url: string
  ca?: string
  token?: string
}

export interface Interceptor {
  kubeUrl: string
  armUrl: string
  requests: readonly Seen[]
  use(interception: Interception): void
  reset(): void
  close(): Promise<void>
}

export async function startInterceptor(kube: Upstream, arm: Upstream): Promise<Interceptor> {
  const requests: Seen[] = []
  const sockets = new Set<Socket>()
  let current: Interception = {}
  const note = (api: Seen['api'], message: IncomingMessage): Seen => {
    const seen: Seen = { index: requests.length, api, method: message.method ?? '', url: message.url ?? '' }
    requests.push(seen)
    return seen
  }
  const listen = async (api: Seen['api'], upstream: Upstream): Promise<{ server: Server; url: string }> => {
    const server = createServer((req, res) => void relay(note(api, req), req, res, upstream, current))
    server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) =>
      tunnel(note(api, req), req, socket, head, upstream, current),
    )
    server.keepAliveTimeout = 60_000
    // Upgraded connections are no longer the server's: it would wait for them for ever.
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
  const [k, a] = await Promise.all([listen('kube', kube), listen('arm', arm)])
  return {
    kubeUrl: k.url,
    armUrl: a.url,
    requests,
    use: (interception) => {
      current = interception
    },
    reset: () => {
      requests.length = 0
      current = {}
    },
    close: async () => {
      const closed = [k, a].map(({ server }) => new Promise<void>((resolve) => server.close(() => resolve())))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

async function relay(
  seen: Seen,
  req: IncomingMessage,
  res: ServerResponse,
  upstream: Upstream,
  interception: Interception,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  if (interception.before?.(seen) === true) return
  const given = interception.answer?.(seen)
  if (given !== undefined) {
    res.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body)
    return
  }
  const original = Buffer.concat(chunks)
  const body =
    interception.rewrite === undefined ? original : Buffer.from(interception.rewrite(seen, original.toString('utf8')))
  const onward = send(req, upstream, { 'content-length': String(body.length) }, (answer) => {
    if (interception.after?.(seen, answer.statusCode ?? 0) === true) {
      answer.destroy()
      return
    }
    if (interception.take?.(seen, answer, res) === true) return
    res.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(res)
    res.on('close', () => answer.destroy())
  })
  onward.on('error', () => res.destroy())
  onward.end(body)
}

function send(
  req: IncomingMessage,
  upstream: Upstream,
  extra: Record<string, string>,
  onAnswer: (answer: IncomingMessage) => void,
) {
  const target = new URL(req.url ?? '/', upstream.url)
  const headers: Record<string, string | string[] | undefined> = { ...req.headers, host: target.host, ...extra }
  delete headers['transfer-encoding']
  if (upstream.token !== undefined) headers['authorization'] = `Bearer ${upstream.token}`
  const options = { method: req.method, headers, ...(upstream.ca === undefined ? {} : { ca: upstream.ca }) }
  return target.protocol === 'https:' ? httpsRequest(target, options, onAnswer) : httpRequest(target, options, onAnswer)
}

function tunnel(
  seen: Seen,
  req: IncomingMessage,
  socket: Socket,
  head: Buffer,
  upstream: Upstream,
  interception: Interception,
): void {
  socket.on('error', () => socket.destroy())
  if (interception.before?.(seen) === true) return
  const onward = send(req, upstream, {}, (answer) => {
    socket.end(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n\r\n`)
  })
  onward.on('upgrade', (answer: IncomingMessage, far: Socket, farHead: Buffer) => {
    if (interception.after?.(seen, answer.statusCode ?? 0) === true) {
      far.destroy()
      return
    }
    const lines = Object.entries(answer.headers).map(([key, value]) => `${key}: ${String(value)}`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    if (farHead.length > 0) socket.write(farHead)
    if (head.length > 0) far.write(head)
    socket.pipe(far).pipe(socket)
    far.on('error', () => socket.destroy())
    socket.on('close', () => far.destroy())
  })
  onward.on('error', () => socket.destroy())
  onward.end()
}
