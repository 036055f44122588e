/** A cloud's API over plain HTTP on this machine, for whoever knows its token. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CloudRequest {
  method: string
  /** As sent, without the token. */
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: unknown
}

export interface CloudAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

export interface Served {
  /** With the token in its path: an SDK sends credentials of its own, which anybody could. */
  url: string
  close(): Promise<void>
}

export async function serveLoopback(
  answer: (request: CloudRequest) => CloudAnswer,
  { token, port = 0 }: { token?: string; port?: number } = {},
): Promise<Served> {
  const prefix = token === undefined ? '' : `/${token}`
  const server = createServer((request, response) => {
    const refused = refusalOf(request, prefix)
    if (refused !== undefined) return send(response, refused)
    readRequest(request, prefix)
      .then((read) => send(response, answer(read)))
      .catch((error: unknown) => send(response, { status: 400, body: { error: String(error) } }))
  })
  const bound = await listenHere(server, port)
  return { url: `http://127.0.0.1:${bound}${prefix}`, close: () => close(server) }
}

/** A page in a browser says where it is from; no client of a cloud does. */
function refusalOf({ url = '', headers }: IncomingMessage, prefix: string): CloudAnswer | undefined {
  if (headers.origin !== undefined) return { status: 403, body: { error: 'this is no server for web pages' } }
  return url.startsWith(`${prefix}/`) ? undefined : { status: 401, body: { error: 'the token is missing' } }
}

async function readRequest(request: IncomingMessage, prefix: string): Promise<CloudRequest> {
  const url = new URL(`http://cloud${request.url?.slice(prefix.length)}`)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
  const path = decodeURIComponent(url.pathname)
  return { method: request.method ?? 'GET', path, query: url.searchParams, headers, body: await readJson(request) }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

function send(response: ServerResponse, { status, body, headers }: CloudAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

/** On this machine alone. The port is the system's choice unless one is named. */
export function listenHere(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
