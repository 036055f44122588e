/** The part of the package ws 8 that the tunnel and the port-forward use; it brings no types of its own. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage } from 'node:http'
  import type { RequestOptions } from 'node:https'
  import type { Duplex } from 'node:stream'

  class WebSocket extends EventEmitter {
    constructor(url: string, protocols: readonly string[], options: RequestOptions & { handshakeTimeout: number })
    readonly isPaused: boolean
    send(data: Buffer, done?: (error?: Error) => void): void
    close(code?: number, reason?: string): void
    terminate(): void
    pause(): void
    resume(): void
  }

  export class WebSocketServer {
    constructor(options: {
      noServer: true
      perMessageDeflate: boolean
      handleProtocols(offered: Set<string>): string | false
    })
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      done: (client: WebSocket, request: IncomingMessage) => void,
    ): void
  }

  export { WebSocket }
  export default WebSocket
}
