/** The sandbox's ARM with what tests want beside it: what was asked of it, `/_bed/…`, and a word of somebody else's pools. */
import { openCatalog } from '#data/catalog.ts'
import { SHIPPED_ENGINES } from '#runtimes/index.ts'
import { answerArm } from '#sandbox/clouds/azure/arm.ts'
import type { Ending, OperationRecord, PoolRecord, Script } from '#sandbox/clouds/azure/model.ts'
import { offerOf, SYSTEM_TYPE } from '#sandbox/clouds/azure/offer.ts'
import { Scripts } from '#sandbox/clouds/azure/scripts.ts'
import { Store } from '#sandbox/clouds/azure/store.ts'
import { type CloudAnswer, type CloudRequest, serveLoopback } from '#sandbox/clouds/loopback.ts'
import type { Machines } from '#sandbox/clouds/machines.ts'
import { FAKE } from './identity.ts'
import { checkModel } from './sdk-model.ts'

export interface FakeArmOptions {
  port?: number
  /** Time from submit to end of an operation. */
  delayMs?: number
  /** Absent: there is no cluster that they could join. */
  machines?: Machines
  stateFile?: string
}

interface RecordedRequest {
  method: string
  path: string
  query: string
  status: number
  headers: Record<string, string>
  body?: unknown
}

export interface FakeArm {
  readonly url: string
  readonly requests: RecordedRequest[]
  readonly pools: Record<string, PoolRecord>
  readonly operations: Record<string, OperationRecord>
  script(script: Script | Ending): void
  /** Puts a pool there as if someone else had made it. */
  seed(pool: Partial<PoolRecord> & { name: string }): void
  close(): Promise<void>
}

const { machines, clouds } = await openCatalog(SHIPPED_ENGINES)
const OFFER = offerOf(machines.of('azure'))
/** Of every node of a pool. */
export const POOL_LABEL = clouds.find(({ id }) => id === 'azure')?.poolLabel ?? ''

const REQUESTS_KEPT = 10_000
const KEPT_HEADERS = ['if-match', 'if-none-match', 'user-agent', 'host']

export async function startFakeArm({ port = 0, delayMs = 300, machines, stateFile }: FakeArmOptions): Promise<FakeArm> {
  const scripts = new Scripts()
  const store = new Store({
    fake: FAKE,
    offer: OFFER,
    delayOf: () => delayMs,
    onFailure: (error) => process.stderr.write(`${error}\n`),
    ...(machines === undefined ? {} : { machines }),
    ...(stateFile === undefined ? {} : { stateFile }),
  })
  const requests: RecordedRequest[] = []
  const context = { store, fake: FAKE, offer: OFFER, checkModel, nextEnding: (method: string) => scripts.take(method) }
  const script = (next: Script | Ending): void => scripts.add(typeof next === 'string' ? { next } : next)
  const seed = (pool: Partial<PoolRecord> & { name: string }): void => {
    const properties = { count: 1, vmSize: SYSTEM_TYPE.instanceType, mode: 'User', ...pool.properties }
    store.putPool({ provisioningState: 'Succeeded', eTag: store.nextETag(), ...pool, properties })
  }
  const bed: Record<string, (body: unknown) => unknown> = {
    'GET /healthz': () => ({ ok: true }),
    'GET /_bed/requests': () => requests,
    'GET /_bed/pools': () => store.state.pools,
    'POST /_bed/script': (body) => script(body as Script),
  }
  const answer = (request: CloudRequest): CloudAnswer => {
    const told = bed[`${request.method} ${request.path}`]
    if (told !== undefined) return { status: 200, body: told(request.body) ?? { ok: true } }
    const result = answerArm(request, context)
    requests.push(recorded(request, result))
    if (requests.length > REQUESTS_KEPT) requests.splice(0, REQUESTS_KEPT / 2)
    return result
  }
  const served = await serveLoopback(answer, { port })
  return {
    url: served.url,
    requests,
    get pools() {
      return store.state.pools
    },
    get operations() {
      return store.state.operations
    },
    script,
    seed,
    async close() {
      store.close()
      await served.close()
    },
  }
}

function recorded({ method, path, query, headers, body }: CloudRequest, { status }: CloudAnswer): RecordedRequest {
  const kept = Object.fromEntries(Object.entries(headers).filter(([key]) => KEPT_HEADERS.includes(key)))
  const search = query.size === 0 ? '' : `?${query}`
  return { method, path, query: search, status, headers: kept, ...(body === undefined ? {} : { body }) }
}
