/**
 * The Hub's answer to "may this token read that model": GET /api/models/ID/auth-check.
 * Statuses and headers are those that huggingface_hub 1.x tells apart (utils/_http.py, hf_raise_for_status).
 * Assumed: that a token which is not known gets 401 here as on the Hub's other addresses.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeHub {
  url: string
  asked: { path: string; authorization: string | undefined }[]
  close(): Promise<void>
}

export interface HubWorld {
  /** Token → models that it may read. */
  tokens: Readonly<Record<string, readonly string[]>>
  gated: readonly string[]
}

export async function startFakeHub({ tokens, gated }: HubWorld): Promise<FakeHub> {
  const asked: FakeHub['asked'] = []
  const server: Server = createServer((request, answer) => {
    const { authorization } = request.headers
    asked.push({ path: request.url ?? '', authorization })
    const refuse = (status: number, code: string | undefined, message: string): void => {
      const headers = { 'x-error-message': message, ...(code === undefined ? {} : { 'x-error-code': code }) }
      answer.writeHead(status, headers).end(JSON.stringify({ error: message }))
    }
    const modelId = /^\/api\/models\/(.+)\/auth-check$/.exec(request.url ?? '')?.[1] ?? ''
    if (modelId.startsWith('renamed/')) {
      answer.writeHead(307, { location: `/api/models/${modelId.replace('renamed', 'meta-llama')}/auth-check` }).end()
      return
    }
    if (modelId === 'broken/hub') return refuse(503, undefined, 'Service Unavailable')
    const token = authorization?.replace(/^Bearer /, '')
    if (token !== undefined && tokens[token] === undefined)
      return refuse(401, undefined, 'Invalid credentials in Authorization header')
    if (!gated.includes(modelId)) return refuse(token === undefined ? 401 : 404, 'RepoNotFound', 'Repository not found')
    if (token === undefined || !tokens[token]?.includes(modelId))
      return refuse(token === undefined ? 401 : 403, 'GatedRepo', `Access to model ${modelId} is restricted.`)
    answer.writeHead(200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
