/** Port-forward in this process: the pod's port as a stream over a WebSocket, and HTTP/1.1 spoken on it. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { Duplex } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { WebSocket } from 'ws'
import type { PortForward, ProxiedAnswer, ProxiedRequest, StreamedAnswer } from '#cluster/cluster.ts'
import type { KaitoError } from '#core/errors.ts'
import type { ObjectRef } from '#core/objects/kube-object.ts'
import { createAuthenticator } from '../access/credentials.ts'
import { errorOf, unreachable } from '../wire/errors.ts'
import { pathOf } from '../wire/paths.ts'

export interface PortForwarder {
  open(pod: ObjectRef, port: number, signal: AbortSignal): Promise<PortForward>
  /** One connection, as bytes. */
  dial(pod: ObjectRef, port: number, signal: AbortSignal): Promise<Duplex>
}

/** Source: k8s.io/apimachinery, portforward over WebSockets. */
const PROTOCOL = 'v4.channel.k8s.io'
/** Until the API server, and a proxy on the way, have answered. */
const UPGRADE_MS = 10_000
/** An agent of a proxy is stopped by this alone, and must not be faster with its own words. */
const GRACE_MS = 500

export function createPortForwarder(config: KubeConfig): PortForwarder {
  const server = config.getCurrentCluster()?.server ?? ''
  const authenticate = createAuthenticator(config)
  const dial: PortForwarder['dial'] = async (pod, port, signal) => {
    const options: RequestOptions = {}
    await authenticate(options)
    const stream = new PodStream()
    try {
      await stream.attach(`${server}${pathOf(pod)}/portforward?ports=${port}`, options, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw refusal(error, pod, server)
    }
    return stream
  }
  return {
    dial,
    async open(pod, port, signal) {
      // The first connection is made at once, so that a missing right is known before anything is asked.
      const spare: Duplex[] = [await dial(pod, port, signal)]
      const agent = new PodAgent(async () => {
        const waiting = spare.pop()
        if (waiting?.errored) throw waiting.errored
        return waiting === undefined || waiting.destroyed ? dial(pod, port, signal) : waiting
      })
      return {
        request: (request) => exchange(agent, request, signal),
        stream: (request) => send(agent, request, signal),
        async close() {
          for (const unused of spare) unused.destroy()
          agent.destroy()
        },
      }
    },
  }
}

/** An agent whose sockets are streams to the pod. */
class PodAgent extends Agent {
  readonly #connect: () => Promise<Duplex>

  constructor(connectPod: () => Promise<Duplex>) {
    super({ keepAlive: true, maxSockets: 1 })
    this.#connect = connectPod
  }

  override createConnection(
    _options: unknown,
    done?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    this.#connect().then(
      (stream) => done?.(null, stream),
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    )
    return undefined
  }
}

async function exchange(agent: Agent, request: ProxiedRequest, signal: AbortSignal): Promise<ProxiedAnswer> {
  const { status, chunks } = await send(agent, request, signal)
  const parts: string[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return { status, body: parts.join('') }
}

/** Resolves when the head of the answer is there. `timeoutMs` is of silence. */
function send(
  agent: Agent,
  { method, path, body, headers: given = {}, timeoutMs }: ProxiedRequest,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  const headers = {
    ...given,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  }
  return new Promise((resolve, reject) => {
    let answering: IncomingMessage | undefined
    const outgoing = httpRequest({ agent, host: 'pod', method, path, headers, signal }, (answer) => {
      answering = answer
      silence.refresh()
      resolve({ status: answer.statusCode ?? 0, chunks: heard(answer, silence) })
    })
    // Not the request's own: that one asks the socket, and a stream over a WebSocket has no clock.
    const silence = setTimeout(
      () => (answering ?? outgoing).destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    ).unref()
    outgoing.on('error', (error) => {
      clearTimeout(silence)
      reject(signal.aborted ? signal.reason : error)
    })
    outgoing.end(body)
  })
}

async function* heard(answer: IncomingMessage, silence: NodeJS.Timeout): AsyncIterable<string> {
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      silence.refresh()
      yield String(chunk)
    }
  } catch (error) {
    // Node says no more than "aborted".
    const isCut = (error as NodeJS.ErrnoException).code === 'ECONNRESET'
    throw isCut ? new Error('the connection to the pod broke off', { cause: error }) : error
  } finally {
    clearTimeout(silence)
  }
}

/** Channel 0 carries the data, channel 1 the reason why the pod's port cannot be reached; both start with the port number. */
class PodStream extends Duplex {
  #socket: WebSocket | undefined
  readonly #seen = new Set<number>()

  constructor() {
    super()
    // The refusal may come before anybody uses the stream: it is kept in `errored`, and must not end the process.
    this.on('error', () => {})
  }

  /** Resolves once it is open. */
  async attach(url: string, options: RequestOptions, signal: AbortSignal): Promise<void> {
    const handshakeTimeout = UPGRADE_MS + GRACE_MS
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [PROTOCOL], { ...options, handshakeTimeout })
    socket.on('message', (data: Buffer) => this.#receive(data[0] ?? 0, data.subarray(1)))
    try {
      await opened(socket, signal)
    } catch (error) {
      socket.terminate()
      throw error
    }
    this.#socket = socket
    socket.on('close', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
  }

  #receive(channel: number, bytes: Buffer): void {
    const isFirst = !this.#seen.has(channel)
    this.#seen.add(channel)
    const data = isFirst ? bytes.subarray(2) : bytes
    if (data.length === 0) return
    if (channel === 0) this.push(data)
    else this.destroy(new Error(data.toString('utf8').trim()))
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#socket?.send(Buffer.concat([Buffer.of(0), chunk]))
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket?.close()
    done(error)
  }

  /** http.Agent calls these on a socket; a stream over a WebSocket has no such knobs. */
  setKeepAlive(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setTimeout(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    const timer = setTimeout(() => reject(new Error(`no answer within ${UPGRADE_MS / 1_000} s`)), UPGRADE_MS)
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    socket.on('open', () => {
      end()
      resolve()
    })
    // Also of a socket that was given up: nobody else listens then.
    socket.on('error', (error) => {
      end()
      reject(error)
    })
  })
}

function refusal(error: unknown, pod: ObjectRef, server: string): KaitoError {
  const text = error instanceof Error ? error.message : String(error)
  const status = Number(/Unexpected server response: (\d+)/.exec(text)?.[1])
  const { name, namespace } = pod
  const attempt = { verb: 'create', kind: 'pods/portforward', name, phase: 'verify' as const }
  if (Number.isFinite(status))
    return errorOf(
      status,
      JSON.stringify({ message: text }),
      namespace === undefined ? attempt : { ...attempt, namespace },
    )
  return unreachable(server, error instanceof Error ? error : new Error(text))
}
