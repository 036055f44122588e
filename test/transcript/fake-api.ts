/** An API server of a few lines, for what a real one says only when it is asked to fail. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

export interface Asked {
  method: string
  url: string
  body: string
  /** Of the Authorization header. */
  token: string
}

export interface FakeApi {
  url: string
  asked: Asked[]
  close(): void
}

/** A `message` is wrapped into a Status. */
export async function startFakeApi(
  answer: (asked: Asked) => { status: number; body: object | string },
): Promise<FakeApi> {
  const asked: Asked[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const [token = ''] = [req.headers.authorization?.replace('Bearer ', '')]
    const one = { method: req.method ?? '', url: req.url ?? '', body: Buffer.concat(chunks).toString(), token }
    asked.push(one)
    const { status, body } = answer(one)
    const text =
      typeof body === 'string' ? { kind: 'Status', message: body, details: { causes: [{ message: body }] } } : body
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The file's path. */
export function writeKubeconfig(server: string, user: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'kaito-')), 'kubeconfig')
  const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }]
  const clusters = [{ name: 'c', cluster: { server } }]
  writeFileSync(file, stringify({ 'current-context': 'c', contexts, clusters, users: [{ name: 'u', user }] }))
  return file
}
