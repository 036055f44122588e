/** A bad path to a server: it loses, cuts and delays, and puts answers of its own in their place. The same ones for the same seed. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Fate, type Fault, fateOf } from './fate.ts'

export interface LossyPath {
  url: string
  /** What has happened on it so far. */
  met: Partial<Record<Fault, number>>
  /** From now on other requests meet it; undefined: none. */
  reseed(seed: number | undefined): void
  /** What is open breaks off, and nobody listens until then. */
  away(ms: number): Promise<void>
  close(): void
}

const DELAY_MS = 1_500
const CUT_AFTER_MS = 300

/** @param target of a server on this machine. */
export async function startLossyPath(target: string, share: number): Promise<LossyPath> {
  let fate: Fate = () => undefined
  const met: LossyPath['met'] = {}
  const open = new Set<Socket>()
  const next = (request: IncomingMessage): Fault | undefined => {
    const fault = fate(request.method ?? '', request.url ?? '')
    if (fault !== undefined) met[fault] = (met[fault] ?? 0) + 1
    return fault
  }
  const server = createServer((request, answer) => {
    pass(target, request, answer, next(request)).catch(() => request.socket.destroy())
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy())
  })
  server.on('upgrade', (request, socket, head) => tunnel(target, request, socket, head, next(request)))
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const breakOff = (): void => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    met,
    reseed(seed) {
      fate = seed === undefined ? () => undefined : fateOf(seed, share)
    },
    async away(ms) {
      breakOff()
      await new Promise((resolve) => setTimeout(resolve, ms))
      await listen(port)
    },
    close: breakOff,
  }
}

async function pass(target: string, request: IncomingMessage, answer: ServerResponse, fault: Fault | undefined) {
  const { socket } = request
  if (fault === 'drop') return void socket.destroy()
  if (typeof fault === 'number') return void refuse(answer, fault)
  if (fault === 'delay') await new Promise((resolve) => setTimeout(resolve, DELAY_MS))
  const { method = 'GET', headers } = request
  const onward = httpRequest(target + request.url, { method, headers, agent: false }, (got) => {
    // It was done, and nobody hears of it.
    if (fault === 'lost') return void socket.destroy()
    answer.writeHead(got.statusCode ?? 502, got.headers)
    if (fault !== 'cut') return void got.pipe(answer)
    answer.flushHeaders()
    setTimeout(() => socket.destroy(), CUT_AFTER_MS)
  })
  onward.on('error', () => socket.destroy())
  answer.on('close', () => onward.destroy())
  request.pipe(onward)
}

const REASONS: Readonly<Record<number, string>> = { 410: 'Expired', 429: 'TooManyRequests' }

/** In words that a cluster and a cloud have in common. */
function refuse(answer: ServerResponse, status: number): void {
  const reason = REASONS[status] ?? 'ServiceUnavailable'
  const body = { kind: 'Status', status: 'Failure', code: status, reason, message: `the path says ${status}` }
  answer.writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '1' } : {}) })
  answer.end(JSON.stringify({ ...body, error: { code: reason, message: body.message } }))
}

function tunnel(
  target: string,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  fault: Fault | undefined,
): void {
  if (fault === 'drop' || fault === 'lost') return void socket.destroy()
  if (typeof fault === 'number') return void socket.end(`HTTP/1.1 ${fault} Refused\r\nconnection: close\r\n\r\n`)
  const { hostname, port } = new URL(target)
  const onward = connect(Number(port), hostname, () => {
    const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
    onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    onward.write(head)
    socket.pipe(onward).pipe(socket)
    if (fault === 'cut') setTimeout(() => socket.destroy(), CUT_AFTER_MS)
  })
  socket.on('error', () => onward.destroy()).on('close', () => onward.destroy())
  onward.on('error', () => socket.destroy()).on('close', () => socket.destroy())
}
