/** A fake Azure Resource Manager for one AKS cluster, over plain HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ArmAnswer, answerArm } from './arm.ts'
import { type KubeCall, openKubeApi } from './kube-api.ts'
import {
  ENDINGS,
  type Ending,
  FAKE,
  type FakeIdentity,
  type OperationRecord,
  type PoolRecord,
  type RecordedRequest,
  type Script,
} from './model.ts'
import { Store } from './store.ts'
import type { ModelCheck } from './validate.ts'

export interface FakeArmOptions {
  port?: number
  /** Time from submit to end of an operation. */
  delayMs?: number
  kubeconfig?: string
  /** Instead of a kubeconfig: the cluster itself. */
  kube?: KubeCall
  stateFile?: string
  /** Where the cluster lives. */
  fake?: FakeIdentity
  checkModel?: ModelCheck
  /** The path that every request must begin with: the SDK sends its own credentials, which anybody could. */
  token?: string
  /** Real milliseconds of an operation; without it `delayMs`. */
  delayOf?(kind: 'put' | 'delete'): number
  /** Of its file; without it, on stderr. */
  onFailure?(error: unknown): void
}

export interface FakeArm {
  readonly url: string
  readonly requests: RecordedRequest[]
  readonly pools: Record<string, PoolRecord>
  readonly operations: Record<string, OperationRecord>
  script(script: Script | Ending): void
  /** Takes back what was scripted and not used. */
  unscript(): void
  /** Puts a pool there as if someone else had made it. */
  seed(pool: Partial<PoolRecord> & { name: string }): void
  reset(): void
  close(): Promise<void>
}

/** Endings that wait for the operation they belong to; the others serve any request. */
const ON_PUT: Ending[] = ['quota', 'quota-new', 'quota-late', 'allocation', 'never-joins', 'no-gpus']
const ON_DELETE: Ending[] = ['refuse-delete', 'refuse-delete-late']
const ON_CHANGE: Ending[] = ['ready', 'busy', 'slow', 'no-operation-header']
const REQUESTS_KEPT = 10_000
const KEPT_HEADERS = ['if-match', 'if-none-match', 'user-agent', 'host']

function serves(script: Script, method: string): boolean {
  if (script.on !== undefined) return script.on.toUpperCase() === method
  if (ON_PUT.includes(script.next)) return method === 'PUT'
  if (ON_DELETE.includes(script.next)) return method === 'DELETE'
  return ON_CHANGE.includes(script.next) ? method !== 'GET' : true
}

class Queue {
  #scripts: (Script & { times: number })[] = []

  add(script: Script | Ending): void {
    const full = typeof script === 'string' ? { next: script } : script
    if (!ENDINGS.includes(full.next)) throw new Error(`no ending "${full.next}"; there are: ${ENDINGS.join(' ')}`)
    this.#scripts.push({ ...full, times: full.times ?? 1 })
  }

  take(method: string): Ending {
    const script = this.#scripts.find((item) => serves(item, method))
    if (script === undefined) return 'ready'
    script.times -= 1
    if (script.times <= 0) this.#scripts = this.#scripts.filter((item) => item !== script)
    return script.next
  }

  clear(): void {
    this.#scripts = []
  }
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

function send(response: ServerResponse, answer: ArmAnswer): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers }
  response.writeHead(answer.status, headers)
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
}

function seedPool(store: Store, pool: Partial<PoolRecord> & { name: string }): void {
  const properties = { count: 1, vmSize: 'Standard_D4s_v5', mode: 'User', ...pool.properties }
  store.putPool({ provisioningState: 'Succeeded', eTag: store.nextETag(), ...pool, properties })
}

export async function startFakeArm(options: FakeArmOptions = {}): Promise<FakeArm> {
  const { stateFile, kubeconfig, delayMs = 300, fake = FAKE, checkModel, token } = options
  const kube = options.kube ?? (kubeconfig === undefined ? undefined : openKubeApi(kubeconfig))
  const store = new Store({
    fake,
    delayOf: options.delayOf ?? (() => delayMs),
    onFailure: options.onFailure ?? ((error) => process.stderr.write(`${error}\n`)),
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(kube === undefined ? {} : { kube }),
  })
  const queue = new Queue()
  const requests: RecordedRequest[] = []
  const reset = (): void => {
    store.reset()
    queue.clear()
    requests.length = 0
  }

  const answerBed = (method: string, path: string, body: unknown): ArmAnswer => {
    if (path === '/healthz') return { status: 200, body: { ok: true } }
    if (path === '/_bed/requests') return { status: 200, body: requests }
    if (path === '/_bed/pools' && method === 'GET') return { status: 200, body: store.state.pools }
    if (method !== 'POST') return { status: 404, body: { error: `no ${method} ${path}` } }
    if (path === '/_bed/reset') reset()
    else if (path === '/_bed/script') queue.add(body as Script)
    else if (path === '/_bed/pools') seedPool(store, body as PoolRecord)
    else return { status: 404, body: { error: `no ${method} ${path}` } }
    return { status: 200, body: { ok: true } }
  }

  const answer = (request: IncomingMessage, url: URL, body: unknown): ArmAnswer => {
    const method = request.method ?? 'GET'
    if (url.pathname === '/healthz' || url.pathname.startsWith('/_bed/')) return answerBed(method, url.pathname, body)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
    const path = decodeURIComponent(url.pathname)
    const armRequest = { method, path, query: url.searchParams, headers, body }
    const result = answerArm(armRequest, {
      store,
      fake,
      nextEnding: (of) => queue.take(of),
      ...(checkModel === undefined ? {} : { checkModel }),
    })
    const kept = Object.fromEntries(Object.entries(headers).filter(([key]) => KEPT_HEADERS.includes(key)))
    const seen: RecordedRequest = { method, path, query: url.search, status: result.status, headers: kept }
    requests.push(body === undefined ? seen : { ...seen, body })
    if (requests.length > REQUESTS_KEPT) requests.splice(0, REQUESTS_KEPT / 2)
    return result
  }

  const prefix = token === undefined ? '' : `/${token}`
  const server = createServer((request, response) => {
    const refused = refusalOf(request, prefix)
    if (refused !== undefined) return send(response, refused)
    const url = new URL(`http://fake${request.url?.slice(prefix.length)}`)
    readJson(request)
      .then((body) => send(response, answer(request, url, body)))
      .catch((error: unknown) => send(response, { status: 400, body: { error: String(error) } }))
  })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    requests,
    get pools() {
      return store.state.pools
    },
    get operations() {
      return store.state.operations
    },
    script: (script) => queue.add(script),
    unscript: () => queue.clear(),
    seed: (pool) => seedPool(store, pool),
    reset,
    close: () => close(server, store),
  }
}

/** A page in a browser says where it is from; no client of a cloud does. */
function refusalOf({ url = '', headers }: IncomingMessage, prefix: string): ArmAnswer | undefined {
  if (headers.origin !== undefined) return { status: 403, body: { error: 'this is no server for web pages' } }
  return url.startsWith(`${prefix}/`) ? undefined : { status: 401, body: { error: 'the token is missing' } }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server, store: Store): Promise<void> {
  store.close()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
