/** A proxy as companies have them: CONNECT, and nothing else. The names it is asked for are known to it alone. */
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface FakeProxy {
  url: string
  /** host:port of each CONNECT. */
  asked: string[]
  close(): void
}

/** @param isSilent it takes requests and never answers. */
export async function startProxy({ isSilent = false } = {}): Promise<FakeProxy> {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer((_request, answer) => answer.writeHead(405).end())
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy())
  })
  server.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '')
    if (isSilent) return
    const [, port = ''] = (request.url ?? '').split(':')
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
