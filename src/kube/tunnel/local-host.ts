/**
 * Who may speak to a port of this machine: a page in a browser reaches it under a name of its own that leads here (DNS
 * rebinding), and would be taken for the same origin. Its Host header says that name, and a browser keeps connections apart by it.
 */
import type { Socket } from 'node:net'

const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const MAX_HEAD = 64 * 1_024

/** Resolves when what came first is of somebody who means this machine; nothing of it is taken off the socket. Else it is refused. */
export function toldLocalHost(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    let head = Buffer.alloc(0)
    const end = (isLocal: boolean): void => {
      socket.off('data', onData).off('close', onClose)
      if (isLocal) socket.pause().unshift(head)
      resolve(isLocal)
    }
    const onClose = (): void => end(false)
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk])
      const text = head.toString('latin1')
      const isWhole = text.includes('\r\n\r\n') || head.length > MAX_HEAD
      if (!isWhole) return
      const host = hostOf(text)
      if (host !== undefined && !LOCAL.test(host)) socket.end(refusalOf(host))
      end(host === undefined || LOCAL.test(host))
    }
    socket.on('data', onData).on('close', onClose)
  })
}

/** Undefined: it names none, which no browser does. */
function hostOf(head: string): string | undefined {
  return /^host:[ \t]*([^\r\n]*?)[ \t]*$/im.exec(head.split('\r\n\r\n')[0] ?? '')?.[1]
}

function refusalOf(host: string): string {
  const name = host.replace(/[^\w.:[\]-]/g, '').slice(0, 100)
  const message = `This port answers to localhost and 127.0.0.1, not to ${name}.`
  const body = JSON.stringify({ error: { message, type: 'kaito', code: 403 } })
  const head = ['HTTP/1.1 403 Forbidden', 'content-type: application/json', 'connection: close']
  return `${[...head, `content-length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`
}
