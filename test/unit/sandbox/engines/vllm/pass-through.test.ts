/** Requests that a real server answers; here another engine of the same kind plays it. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createServerOf } from '#sandbox/engines/vllm/server.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}/v1`
}

const SETTINGS = { version: '0.32.0', maxModelLen: 512, startedAt: new Date(0) }
const real = createServerOf({ ...SETTINGS, servedNames: ['llama3.2'] })
const engine = (passTo: string) =>
  serve(createServerOf({ ...SETTINGS, servedNames: ['tiny'], apiKey: 'secret', passTo }))

function ask(base: string, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer secret' }
  return fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

describe('pass through', () => {
  it('asks the first model of the other server, once, without our key', async () => {
    const seen: (string | undefined)[] = []
    const base = await engine(
      `${await serve((request, response) => {
        seen.push(request.url, request.headers.authorization)
        real(request, response)
      })}/v1/`,
    )
    for (const path of ['/v1/completions', '/v1/completions']) {
      const answer = await ask(base, path, { model: 'tiny', prompt: 'Hi', max_tokens: 2 })
      expect(answer.headers.get('x-kaito-sandbox')).toBe('passed-through')
      expect(await answer.json()).toMatchObject({ model: 'llama3.2', usage: { completion_tokens: 2 } })
    }
    expect(seen).toEqual(['/v1/models', undefined, '/v1/completions', undefined, '/v1/completions', undefined])
  })

  it('streams', async () => {
    const base = await engine(`${await serve(real)}/v1`)
    const messages = [{ role: 'user', content: 'Hi' }]
    const answer = await ask(base, '/v1/chat/completions', { model: 'tiny', messages, stream: true })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    let pieces = 0
    for await (const _piece of answer.body ?? []) pieces += 1
    expect(pieces).toBeGreaterThan(3)
  })

  it('a model that we do not serve is refused here', async () => {
    const base = await engine(await closedPort())
    expect((await ask(base, '/v1/completions', { model: 'x', prompt: 'Hi' })).status).toBe(404)
  })

  it('the refusal of the other server comes back as it is', async () => {
    const base = await engine(`${await serve(real)}/v1`)
    const answer = await ask(base, '/v1/completions', { model: 'tiny', prompt: 'Hi', max_tokens: 0 })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { param: 'max_tokens' } })
  })

  it.each([
    ['nobody listens', closedPort, /http:\/\/127\.0\.0\.1:\d+\/v1 cannot be reached: ECONNREFUSED/],
    ['it serves no model', () => serve((_request, response) => response.end('{"data":[]}')), /without a model/],
  ])('502 when %s', async (_name, passTo, says) => {
    const answer = await ask(await engine(await passTo()), '/v1/completions', { model: 'tiny', prompt: 'Hi' })
    expect(answer.status).toBe(502)
    const { error } = (await answer.json()) as { error: { message: string; type: string } }
    expect(error.type).toBe('BadGatewayError')
    expect(error.message).toMatch(says)
  })
})
