/** A port of this machine that leads to a pod. Every connection is a port-forward of its own, as kubectl makes them. */

import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { advice, setting } from '#core/advice.ts'
import { KaitoError } from '#core/errors.ts'
import { toldLocalHost } from './local-host.ts'

/** Resolves once it listens; port 0 takes a free one. `dial` opens the way to a pod, anew for each connection, while there is somebody who wants it. */
export async function listenLocally(
  port: number,
  dial: (signal: AbortSignal) => Promise<Duplex>,
  onFailure: (error: unknown) => void,
): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const left = new AbortController()
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      open.delete(socket)
      left.abort()
    })
    const dialled = async (): Promise<Duplex | undefined> =>
      (await toldLocalHost(socket)) ? dial(left.signal) : undefined
    dialled().then(
      (stream) => {
        if (stream === undefined) return
        stream.on('error', () => socket.destroy()).on('close', () => socket.end())
        socket.on('close', () => stream.destroy())
        socket.pipe(stream).pipe(socket)
      },
      (error: unknown) => {
        if (!left.signal.aborted) onFailure(error)
        socket.destroy()
      },
    )
  })
  const at = await listening(server, port)
  return {
    port: at,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new KaitoError({
          code: 'USAGE',
          phase: 'verify',
          message: `The local port ${port} cannot be opened: ${cause.code ?? cause.message}.`,
          hint: advice`Choose another: ${setting('port', 8001)}; or any that is free: ${setting('port', 0)}`,
          cause,
        }),
      ),
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
