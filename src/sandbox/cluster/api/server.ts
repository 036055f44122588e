/** The sandbox's API server: HTTP in, store out. What it does not have is an honest 501. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { parse } from 'yaml'
import type { JsonObject, KubeObject } from '#core/objects/kube-object.ts'
import type { ObjectStore } from '../store/objects.ts'
import { type Answer, badRequest, notImplemented, Refusal, statusAnswer } from './answer.ts'
import { discover } from './discovery.ts'
import { evict } from './eviction.ts'
import type { Faults } from './faults.ts'
import { parsePath, type Target } from './path.ts'
import { list, watch } from './reads.ts'
import { forwardPorts, type PodRuntime, proxy, readScale, streamLog, writeScale } from './subresources.ts'
import { apply, create, existing, mergePatch, remove, replace, type WriteOptions, type Written } from './writes.ts'

export interface ApiOptions {
  store: ObjectStore
  runtime: PodRuntime
  faults: Faults
  /** Requests without it are refused. */
  token: string
  /** Requests to `/_sandbox/…`. */
  control(method: string, path: string, body: unknown): Promise<Answer>
  /** Called with the path of each request, before it is answered. */
  beforeAnswer?(path: string): void
  /** Called for each request, with what it is answered on. */
  onRequest(answer: Answering): void
}

/** Closes when the answer is over, or its client has gone. */
export type Answering = ServerResponse | Duplex

const VERSION = { major: '1', minor: '36', gitVersion: 'v1.36.0-kaito-sandbox', platform: 'simulated' }

export function createApiServer(options: ApiOptions): Server {
  const server = createServer((request, response) => {
    options.onRequest(response)
    takeToken(options, request)
    handle(options, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else send(response, answerOf(error))
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    options.onRequest(socket)
    takeToken(options, request)
    try {
      upgrade(options, request, socket, head)
    } catch (error) {
      const { status, body } = answerOf(error)
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(body)}`)
    }
  })
  server.on('connection', (socket) => options.faults.track(socket))
  server.keepAliveTimeout = 60_000
  return server
}

/** `/TOKEN/api/…`: kubectl sends no credentials over plain HTTP, but keeps the path of the server that it is given. */
function takeToken({ token }: ApiOptions, request: IncomingMessage): void {
  const prefix = `/${token}/`
  if (request.url?.startsWith(prefix) !== true) return
  request.url = request.url.slice(prefix.length - 1)
  request.headers.authorization = `Bearer ${token}`
}

function answerOf(error: unknown): Answer {
  if (error instanceof Refusal) return error.answer
  return statusAnswer(500, 'InternalError', `the sandbox failed: ${error instanceof Error ? error.message : error}`)
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'x-kaito-sandbox': 'simulated', ...headers })
  response.end(text)
}

async function handle(options: ApiOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const method = request.method ?? 'GET'
  if (/^\/(healthz|livez|readyz)$/.test(url.pathname)) {
    response.end('ok')
    return
  }
  if (url.pathname === '/version') return send(response, { status: 200, body: VERSION })
  if (request.headers.authorization !== `Bearer ${options.token}`)
    throw new Refusal(statusAnswer(401, 'Unauthorized', 'Unauthorized'))
  if (url.pathname.startsWith('/_sandbox/'))
    return send(response, await options.control(method, url.pathname, await readBody(request)))
  const fault = options.faults.take(method, url.pathname + url.search)
  if (fault === 'cut') {
    request.socket.destroy()
    return
  }
  if (fault !== undefined) throw new Refusal(fault)
  options.beforeAnswer?.(url.pathname)
  if (/\/selfsubject(access|rules)reviews$/.test(url.pathname)) return send(response, review(await readBody(request)))
  const found = method === 'GET' ? discover(url.pathname) : undefined
  if (found !== undefined) return send(response, { status: 200, body: found })
  const target = parsePath(url.pathname)
  if (target === undefined) throw notImplemented(`${method} ${url.pathname}`)
  await answerTarget(options, target, { method, url, request, response })
}

interface Call {
  method: string
  url: URL
  request: IncomingMessage
  response: ServerResponse
}

async function answerTarget(options: ApiOptions, target: Target, call: Call): Promise<void> {
  const { store, runtime } = options
  const { method, url, request, response } = call
  const { searchParams: query } = url
  const { row, name, subresource } = target
  if (subresource === 'proxy') return proxy(store, target, request, response, runtime)
  if (subresource === 'log' && method === 'GET') return streamLog(store, target, query, response, runtime)
  const write: WriteOptions = {
    manager: query.get('fieldManager') ?? String(request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown',
    isDryRun: query.get('dryRun') === 'All',
    force: query.get('force') === 'true',
    isStrict: query.get('fieldValidation') === 'Strict',
  }
  if (subresource === 'scale') {
    const scale =
      method === 'GET' ? readScale(store, target) : writeScale(store, target, await objectIn(request), write)
    return send(response, { status: 200, body: scale })
  }
  if (subresource === 'eviction' && method === 'POST') return send(response, evict(store, target))
  if (subresource !== undefined && subresource !== 'status') throw notImplemented(`${row.plural}/${subresource}`)
  if (method === 'GET' && name === undefined && query.get('watch') === 'true')
    return watch(store, target, query, response)
  if (method === 'GET')
    return send(
      response,
      name === undefined ? list(store, target, query) : { status: 200, body: existing(store, target) },
    )
  if (name === undefined && method !== 'POST') throw notImplemented(`${method} on a whole collection`)
  const { status, object } = await written(options, target, call, write)
  send(response, { status, body: object })
}

async function written({ store }: ApiOptions, target: Target, call: Call, write: WriteOptions): Promise<Written> {
  const { method, url, request } = call
  if (method === 'DELETE')
    return remove(store, target, (await readBody(request)) as JsonObject | undefined, url.searchParams)
  const body = await objectIn(request)
  if (method === 'POST') return create(store, target, body as unknown as KubeObject, write)
  if (method === 'PUT') return replace(store, target, body as unknown as KubeObject, write)
  const type = request.headers['content-type']?.split(';')[0]
  if (method === 'PATCH' && type === 'application/apply-patch+yaml')
    return apply(store, target, body as unknown as KubeObject, write)
  if (method === 'PATCH' && type === 'application/merge-patch+json') return mergePatch(store, target, body, write)
  throw notImplemented(`${method} with ${type}`)
}

/** Whoever has the token may do everything. */
function review(body: unknown): Answer {
  return { status: 201, body: { ...(body as object), status: { allowed: true, reason: 'the sandbox has no rules' } } }
}

async function objectIn(request: IncomingMessage): Promise<JsonObject> {
  const body = await readBody(request)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('the body of the request is not an object')
  return body as JsonObject
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return undefined
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text)
  } catch (error) {
    throw badRequest(`the body of the request cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function upgrade(options: ApiOptions, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (request.headers.authorization !== `Bearer ${options.token}`)
    throw new Refusal(statusAnswer(401, 'Unauthorized', 'Unauthorized'))
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const fault = options.faults.take('GET', url.pathname)
  if (fault === 'cut') {
    socket.destroy()
    return
  }
  if (fault !== undefined) throw new Refusal(fault)
  const target = parsePath(url.pathname)
  if (target?.subresource !== 'portforward') throw notImplemented(`an upgrade of ${url.pathname}`)
  forwardPorts(options.store, target, { request, socket, head }, url.searchParams, options.runtime)
}
