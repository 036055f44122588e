/** A connection to an HTTP server of this process that needs no port. */
import type { Server } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'

/** The client's end; the server gets the other as a connection. Node's http serves any Duplex that comes this way. */
export function inMemoryConnection(server: Server): Duplex {
  const [near, far] = duplexPair()
  cutTogether(near, far)
  cutTogether(far, near)
  server.emit('connection', far)
  return near
}

/** A socket that is cut at one end is cut at the other; one that has ended in order ends by itself. */
function cutTogether(one: Duplex, other: Duplex): void {
  one.on('close', () => {
    if (one.readableEnded && one.writableFinished) return
    if (!other.destroyed) other.destroy()
  })
}
