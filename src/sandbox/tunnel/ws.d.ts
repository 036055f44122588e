/** The part of the package ws 8 that the tunnel uses; it brings no types of its own. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  class WebSocket extends EventEmitter {
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
