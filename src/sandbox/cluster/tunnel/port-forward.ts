/**
 * The server's side of Kubernetes' port-forward over a WebSocket. Port number i has two channels: 2i carries data both
 * ways, 2i+1 tells why the port cannot be reached. The first frame of each holds the port, as kubelet sends it.
 */
import type { IncomingMessage } from 'node:http'
import { type Duplex, finished, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'

export { inMemoryConnection } from './connection.ts'
export { connectionRefused } from './refusal.ts'

export interface PortForwardOptions {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
  ports: readonly number[]
  /** Opens the pod's port; rejects with an Error whose message goes to the error channel. */
  dial(port: number): Promise<Duplex>
}

const PROTOCOL = 'v4.channel.k8s.io'
/** A pod that has ended its side gets this long to read the rest of the other, as containerd gives it. */
const LINGER_MS = 1_000
/** A refusal comes through the API server, kubelet and the runtime, so never together with the answer to the upgrade. */
const REFUSAL_MS = 20
const NORMAL = 1_000

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
})

/** Answers the upgrade and serves until either side has gone. A client that does not speak the protocol gets a 400. */
export function servePortForward({ request, socket, head, ports, dial }: PortForwardOptions): void {
  const problem = problemOf(request, ports)
  if (problem !== undefined) {
    refuse(socket, problem)
    return
  }
  server.handleUpgrade(request, socket, head, (client) => {
    // The client says why it goes; there is nobody to tell.
    client.on('error', () => client.terminate())
    void serve(client, ports, dial)
  })
}

function problemOf(request: IncomingMessage, ports: readonly number[]): string | undefined {
  if (ports.length === 0) return 'query parameter "port" is required'
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  // A client that names no protocol gets the same channels.
  const isKnown = request.headers['sec-websocket-protocol'] === undefined || offered.includes(PROTOCOL)
  return isKnown ? undefined : `unable to upgrade: unable to negotiate protocol: ${PROTOCOL} is what is served`
}

function refuse(socket: Duplex, problem: string): void {
  socket.on('error', () => socket.destroy())
  const head = ['HTTP/1.1 400 Bad Request', 'content-type: text/plain', 'connection: close']
  socket.end(`${[...head, `content-length: ${Buffer.byteLength(problem)}`].join('\r\n')}\r\n\r\n${problem}`)
}

async function serve(client: WebSocket, ports: readonly number[], dial: PortForwardOptions['dial']): Promise<void> {
  const pods = new Map<number, Duplex>()
  let isGone = false
  // What comes before the pods are dialled waits in the socket.
  client.pause()
  client.on('close', () => {
    isGone = true
    for (const pod of pods.values()) letGo(pod)
  })
  client.on('message', (data: Buffer) => {
    const pod = pods.get(data[0] ?? -1)
    if (data.length < 2 || pod === undefined || !pod.writable) return
    if (!pod.write(data.subarray(1))) hold(client, pod)
  })
  for (const [index, port] of ports.entries()) {
    const bytes = Buffer.from([port & 0xff, port >> 8])
    await sendOn(client, 2 * index, bytes)
    await sendOn(client, 2 * index + 1, bytes)
  }
  const forward = async (port: number, index: number): Promise<() => Promise<void>> => {
    const tell = (error: unknown) => sendOn(client, 2 * index + 1, Buffer.from(textOf(error)))
    try {
      const pod = await dial(port)
      if (isGone) {
        pod.on('error', () => {}).destroy()
        return async () => {}
      }
      pods.set(2 * index, pod)
      const done = carry(pod, client, 2 * index).catch(tell)
      return () => done
    } catch (error) {
      await sleep(REFUSAL_MS)
      await tell(error)
      return async () => {}
    }
  }
  const carries = await Promise.all(ports.map(forward))
  client.resume()
  await Promise.all(carries.map((run) => run()))
  client.close(NORMAL)
}

/** From the pod to the client, at the client's pace. Resolves when the connection is over; rejects when it broke. */
function carry(pod: Duplex, client: WebSocket, channel: number): Promise<void> {
  const outward = new Writable({
    // A client that has gone fails the write, which ends the pipe.
    write: (chunk: Buffer, _encoding, done) => client.send(framed(channel, chunk), done),
  })
  outward.on('error', () => {})
  return new Promise((resolve, reject) => {
    let lingering: NodeJS.Timeout | undefined
    outward.on('finish', () => {
      lingering = setTimeout(() => pod.destroy(), LINGER_MS)
    })
    finished(pod, (error) => {
      clearTimeout(lingering)
      // A connection that is cut without a reason is over, not broken.
      if (error && (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') reject(error)
      else if (outward.closed || error) resolve()
      else outward.once('close', resolve)
    })
    pod.pipe(outward)
  })
}

/** Stops reading from the client until the pod has taken what it got. */
function hold(client: WebSocket, pod: Duplex): void {
  if (client.isPaused) return
  client.pause()
  const resume = (): void => {
    pod.off('drain', resume).off('close', resume)
    client.resume()
  }
  pod.on('drain', resume).on('close', resume)
}

/** The client has gone: the pod still gets what was on its way, and then the end. What it says is not read any more. */
function letGo(pod: Duplex): void {
  pod.unpipe()
  const late = setTimeout(() => pod.destroy(), LINGER_MS)
  pod.on('close', () => clearTimeout(late))
  pod.end(() => pod.destroy())
}

/** Resolves when the frame has left this process, or the client has gone. */
function sendOn(client: WebSocket, channel: number, data: Buffer): Promise<void> {
  return new Promise((resolve) => client.send(framed(channel, data), () => resolve()))
}

function framed(channel: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.of(channel), data])
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
