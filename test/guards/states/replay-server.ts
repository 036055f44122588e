/**
 * Serves a state to a built kaito: an API server and a cloud in which nothing moves. The lock and the root may be written;
 * any other change is refused and remembered, because what comes after it was never recorded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectionRefused, inMemoryConnection, servePortForward } from '#sandbox/cluster/tunnel/port-forward.ts'
import { nameOf } from '../calls/request-name.ts'
import { leaseNow } from './holder.ts'
import type { Answer, Body, State } from './state.ts'
import { merged, StateStore, type Target, targetOf } from './store.ts'

export interface Replay {
  kubeUrl: string
  cloudUrl: string
  /** The first change that it was asked for beside lock and root. */
  firstChange(): string | undefined
  /** Who hears of the path of each request. */
  onRequest(listener: (path: string) => void): void
  close(): void
}

interface Call {
  method: string
  url: URL
  body: string
}

export async function replay(state: State): Promise<Replay> {
  const world = new World(state)
  const serve = (by: (call: Call, response: ServerResponse) => Answer | undefined): Server =>
    createServer((request, response) =>
      answer(request, response, (call) => {
        world.heard(call.url.pathname + call.url.search)
        return by(call, response)
      }),
    )
  const kube = serve((call, response) => answerKube(world, call, response))
  kube.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => forward(world, request, socket, head))
  const cloud = serve((call) => answerCloud(world, call))
  return {
    kubeUrl: await listening(kube),
    cloudUrl: await listening(cloud),
    firstChange: () => world.changes[0],
    onRequest(listener) {
      world.heard = listener
    },
    close() {
      for (const server of [kube, cloud]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

class World {
  readonly state: State
  readonly store: StateStore
  /** Of the lock, until this kaito takes it. */
  holder: State['holder'] | undefined
  /** That were refused. */
  readonly changes: string[] = []
  heard: (path: string) => void = () => undefined
  #asked = 0

  constructor(state: State) {
    this.state = state
    this.store = new StateStore(state.objects)
    this.holder = state.holder
  }

  /** A wrong answer of the engine is believed when it has come several times: each question is news. */
  asks(): void {
    this.#asked += 1
    this.heard(`question ${this.#asked}`)
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Undefined: the answer goes on. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  by: (call: Call) => Answer | undefined,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', 'http://replay')
  const given = by({ method: request.method ?? 'GET', url, body: Buffer.concat(chunks).toString('utf8') })
  if (given === undefined) return
  const isText = typeof given.body === 'string'
  response.writeHead(given.status, { 'content-type': isText ? 'text/plain' : 'application/json' })
  response.end(isText ? given.body : JSON.stringify(given.body))
}

function answerKube(world: World, call: Call, response: ServerResponse): Answer | undefined {
  const { state, store } = world
  const { method, url, body } = call
  if (url.pathname === '/version') return { status: 200, body: { major: '1', minor: '36' } }
  if (url.pathname.endsWith('/selfsubjectaccessreviews')) return review(state, JSON.parse(body) as Review)
  const target = targetOf(url.pathname)
  if (target === undefined) return status(404, 'NotFound', `the server could not find ${url.pathname}`)
  const right = `${verbOf(call, target)} ${[target.plural, target.below.split('/')[0]].filter(Boolean).join('/')}`
  if (state.denied.includes(right)) return denied(right)
  if (method !== 'GET') return write(world, call, target)
  if (target.below === 'log') return logOf(state, target, url)
  if (target.below.startsWith('proxy')) return throughService(world, target)
  if (target.name !== undefined) {
    const found = store.get(target)
    return found === undefined ? notFound(target) : { status: 200, body: seen(found, world) }
  }
  const items = store.list(target, url.searchParams.get('labelSelector') ?? '').map((object) => seen(object, world))
  if (url.searchParams.get('watch') !== 'true')
    return { status: 200, body: { kind: 'List', metadata: { resourceVersion: store.version }, items } }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  return undefined
}

/** Once this kaito has taken the lock, it is its own. */
function seen(object: Body, { holder }: World): Body {
  return object.kind === 'Lease' && holder !== undefined ? leaseNow(object, holder) : object
}

function verbOf({ method, url }: Call, { name, below }: Target): string {
  if (below.startsWith('proxy') || below === 'portforward') return 'create'
  if (method === 'GET') return name !== undefined ? 'get' : url.searchParams.get('watch') === 'true' ? 'watch' : 'list'
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method
}

/** Of the lock and the root it may write; a dry run changes nothing. */
function write(world: World, { method, url, body }: Call, target: Target): Answer {
  const { store } = world
  const given = method === 'DELETE' ? undefined : (JSON.parse(body) as Body)
  const live = store.get({ ...target, name: target.name ?? given?.metadata.name ?? '' })
  const object =
    given === undefined ? undefined : method === 'PATCH' && live !== undefined ? merged(live, given) : given
  const isDryRun = url.searchParams.get('dryRun') === 'All'
  if (object !== undefined && isDryRun) return { status: 200, body: object }
  const isLock = target.plural === 'leases'
  const isRoot = method === 'PATCH' && target.plural === 'configmaps' && target.name?.endsWith('-kaito') === true
  if (object === undefined || (!isLock && !isRoot)) {
    world.changes.push(nameOf({ api: 'kube', method, url: url.pathname, body }))
    return denied(`${method} ${target.plural}`)
  }
  if (isLock) world.holder = undefined
  return { status: live === undefined ? 201 : 200, body: store.put(object) }
}

function logOf({ logs }: State, { name }: Target, { searchParams }: URL): Answer {
  const text = logs[`${name}${searchParams.get('previous') === 'true' ? ' previous' : ''}`]
  return text === undefined ? status(400, 'BadRequest', `no log of ${name}`) : { status: 200, body: text }
}

function throughService(world: World, { name, below }: Target): Answer {
  world.asks()
  const given = world.state.engine[`services/${name}${below.slice('proxy'.length)}`]
  return given ?? status(503, 'ServiceUnavailable', `no endpoints available for service "${name?.split(':')[0]}"`)
}

interface Review {
  spec: { resourceAttributes: { verb: string; resource: string; subresource?: string } }
}

function review({ denied: all }: State, asked: Review): Answer {
  const { verb, resource, subresource } = asked.spec.resourceAttributes
  const allowed = !all.includes(`${verb} ${[resource, subresource].filter(Boolean).join('/')}`)
  return { status: 201, body: { ...asked, status: { allowed } } }
}

function status(code: number, reason: string, message: string): Answer {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code } }
}

function notFound({ plural, name }: Target): Answer {
  return status(404, 'NotFound', `${plural} "${name}" not found`)
}

function denied(right: string): Answer {
  const [verb, resource] = right.split(' ')
  return status(403, 'Forbidden', `${resource} is forbidden: User "guard" cannot ${verb} resource "${resource}"`)
}

function answerCloud({ state, changes }: World, { method, url, body }: Call): Answer {
  const skip = url.searchParams.get('$skiptoken')
  const path = `${decodeURIComponent(url.pathname)}${skip === null ? '' : `?$skiptoken=${skip}`}`
  if (method === 'GET')
    return (
      state.cloud[path] ?? { status: 404, body: { error: { code: 'NotFound', message: `Could not find ${path}.` } } }
    )
  changes.push(nameOf({ api: 'arm', method, url: url.pathname, body }))
  return { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'This cloud is a recording.' } } }
}

function forward(world: World, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { state } = world
  const url = new URL(request.url ?? '/', 'http://replay')
  const right = 'create pods/portforward'
  if (state.denied.includes(right)) {
    const refusal = JSON.stringify(denied(right).body)
    socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\r\n${refusal}`)
    return
  }
  const pod = targetOf(url.pathname)?.name ?? ''
  const ports = url.searchParams.getAll('ports').map(Number)
  servePortForward({ request, socket, head, ports, dial: async (port) => dial(world, pod, port) })
}

function dial(world: World, pod: string, port: number): Duplex {
  const { engine } = world.state
  const way = `pods/${pod}:${port}`
  if (!Object.keys(engine).some((key) => key.startsWith(`${way}/`))) throw connectionRefused(pod, port)
  const server = createServer((request, response) => {
    const { status, body } = engine[`${way}${request.url}`] ?? { status: 404, body: 'not recorded' }
    world.asks()
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return inMemoryConnection(server)
}
