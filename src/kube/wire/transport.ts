/** HTTP to one API server: kept-alive connections, the kubeconfig's credentials on each request, no client throttle. */
import { setMaxListeners } from 'node:events'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { createAuthenticator, refused } from '../access/credentials.ts'
import { type OnSecret, tellCredentials } from '../access/tell-secrets.ts'
import { unreachable } from './errors.ts'

export interface WireRequest {
  method: string
  /** Path and query below the server's URL. */
  path: string
  body?: string
  contentType?: string
  /** Of silence on the socket; watches have none. */
  timeoutMs?: number
  signal: AbortSignal
}

export interface WireAnswer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

export interface Transport {
  send(request: WireRequest): Promise<WireAnswer>
  /** The answer as it comes, for watches and logs. */
  open(request: WireRequest): Promise<IncomingMessage>
  /** Since it was made: the server is there, or was. */
  hasAnswered(): boolean
  close(): void
}

const TIMEOUT_MS = 30_000
/** Until a proxy has made the connection. */
const PROXY_MS = 10_000

export async function createTransport(
  config: KubeConfig,
  server: string,
  userAgent: string,
  onSecret: OnSecret,
): Promise<Transport> {
  const base = new URL(server)
  const agents = new Map<string, HttpAgent | HttpsAgent>()
  const authenticate = createAuthenticator(config)
  let hasAnswered = false
  const optionsFor = async (): Promise<RequestOptions> => {
    const options: RequestOptions & { ca?: string; cert?: string; key?: string } = {}
    await authenticate(options)
    tellCredentials(options, onSecret)
    if (isProxy(options.agent)) options.timeout = PROXY_MS
    else options.agent = keepAlive(options, base, agents)
    return options
  }
  const open = async (request: WireRequest): Promise<IncomingMessage> => {
    const options = await optionsFor()
    const headers = {
      ...(options.headers as Record<string, string>),
      'user-agent': userAgent,
      accept: 'application/json',
    }
    if (request.body !== undefined) {
      Object.assign(headers, {
        'content-type': request.contentType ?? 'application/json',
        'content-length': String(Buffer.byteLength(request.body)),
      })
    }
    const answer = await exchange(base, { ...options, method: request.method, headers }, request).catch((error) => {
      request.signal.throwIfAborted()
      throw refused(config, error)
    })
    hasAnswered ||= (answer.statusCode ?? 500) < 500
    return answer
  }
  return {
    open,
    hasAnswered: () => hasAnswered,
    async send(request) {
      const answer = await open({ timeoutMs: TIMEOUT_MS, ...request })
      const chunks: Buffer[] = []
      try {
        for await (const chunk of answer) chunks.push(chunk as Buffer)
      } catch (error) {
        request.signal.throwIfAborted()
        throw unreachable(base.origin, error)
      }
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }
    },
    close: () => {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

function exchange(base: URL, options: RequestOptions, request: WireRequest): Promise<IncomingMessage> {
  const target = new URL(base.pathname.replace(/\/$/, '') + request.path, base)
  const start = base.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const { signal } = request
    // A request that still waits for its connection does not tell that it was aborted.
    const onAbort = (): void => reject(signal.reason)
    // One for each request that is on its way. Node before 22.15 takes more than ten for a leak, and says so to the user.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', onAbort)
    const outgoing = start(target, { ...options, signal }, (answer) => {
      signal.removeEventListener('abort', onAbort)
      resolve(answer)
    })
    if (request.timeoutMs !== undefined) {
      outgoing.setTimeout(request.timeoutMs, () =>
        outgoing.destroy(new Error(`no answer within ${request.timeoutMs} ms`)),
      )
    }
    outgoing.on('error', (error) => {
      signal.removeEventListener('abort', onAbort)
      reject(signal.aborted ? signal.reason : unreachable(base.origin, error))
    })
    outgoing.end(request.body)
  })
}

function isProxy(agent: RequestOptions['agent']): boolean {
  return agent !== undefined && agent.constructor.name !== 'Agent'
}

/** The package's own agents keep nothing alive. */
function keepAlive(
  options: RequestOptions,
  base: URL,
  agents: Map<string, HttpAgent | HttpsAgent>,
): HttpAgent | HttpsAgent {
  const { ca, cert, key, rejectUnauthorized, servername } = options as RequestOptions &
    Record<string, string | undefined>
  const id = JSON.stringify([ca, cert, key, rejectUnauthorized, servername].map(String))
  const known = agents.get(id)
  if (known !== undefined) return known
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
  )
  const made =
    base.protocol === 'https:' ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true })
  agents.set(id, made)
  return made
}
