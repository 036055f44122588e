/** The simulated engine over HTTP; statuses and bodies are those that a real vLLM 0.32.0 gave to the same requests. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { answerOf, requestOf } from '#endpoint/conversation.ts'
import type { Route } from '#endpoint/endpoint.ts'
import { probeCompletion, probeHealth, probeModels } from '#endpoint/probe.ts'
import { createServerOf, type ServerSettings } from '#sandbox/engines/vllm/server.ts'

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

const start = (settings: Partial<ServerSettings> = {}) =>
  serve(
    createServerOf({
      servedNames: ['tiny', 'alias'],
      version: '0.32.0',
      maxModelLen: 512,
      startedAt: new Date(0),
      ...settings,
    }),
  )

async function ask(url: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  const json = answer.headers.get('content-type') === 'application/json' ? JSON.parse(text) : undefined
  return { status: answer.status, text, json, headers: answer.headers }
}

const SAY_HI = { model: 'tiny', messages: [{ role: 'user', content: 'Hi' }] }
const eventsOf = (text: string) => text.split('\n\n').flatMap((event) => (event === '' ? [] : [event.slice(6)]))

describe("kaito's own questions", () => {
  it('health, models and a completion of one token', async () => {
    const base = await start()
    const route: Route = {
      label: 'here',
      send: async ({ path, body }) => {
        const { status, text } = await ask(`${base}${path}`, body)
        return { status, body: text }
      },
    }
    expect((await probeHealth(route, '/health')).outcome).toBe('ok')
    expect(await probeModels(route, '/v1/models', 'tiny')).toMatchObject({ outcome: 'ok', context: 512 })
    expect((await probeCompletion(route, 'tiny')).outcome).toBe('ok')
    expect(await probeCompletion(route, 'other')).toMatchObject({ outcome: 'wrong', kind: 'model', status: 404 })
  })

  it.each([true, false])('a conversation, with a chat template: %s', async (chat) => {
    const base = await start()
    const { path, body } = requestOf({ model: 'tiny', chat, messages: [{ role: 'user', content: 'Why?' }] })
    const { text } = await ask(`${base}${path}`, body)
    const words: string[] = []
    for await (const said of answerOf(
      (async function* () {
        yield text
      })(),
    ))
      if (said.kind === 'words') words.push(said.text)
    expect(words.length).toBeGreaterThan(3)
    expect(words.join('')).toMatch(/This is kaito's sandbox: no model ran/)
  })
})

describe('what it tells about itself', () => {
  it('version, ping, models, tokenize', async () => {
    const base = await start()
    expect((await ask(`${base}/version`)).json).toEqual({ version: '0.32.0' })
    expect(await ask(`${base}/ping`)).toMatchObject({ status: 200, text: '' })
    expect(await ask(`${base}/ping`, {})).toMatchObject({ status: 200, text: '' })
    const models = (await ask(`${base}/v1/models`)).json
    expect(models.data.map(({ id }: { id: string }) => id)).toEqual(['tiny', 'alias'])
    expect(models.data[1]).toMatchObject({ object: 'model', owned_by: 'vllm', parent: null, max_model_len: 512 })
    const tokens = (await ask(`${base}/tokenize`, { model: 'tiny', prompt: 'Hi there' })).json
    expect(tokens).toMatchObject({ count: 2, max_model_len: 512, token_strs: null })
  })

  it('metrics count what was asked', async () => {
    const base = await start()
    await ask(`${base}/v1/completions`, { model: 'tiny', prompt: 'Hi there', max_tokens: 3 })
    const { text } = await ask(`${base}/metrics`)
    expect(text).toContain('vllm:prompt_tokens_total{engine="0",model_name="tiny"} 2.0')
    expect(text).toContain('vllm:generation_tokens_total{engine="0",model_name="tiny"} 3.0')
    expect(text).toContain('vllm:request_success_total{engine="0",finished_reason="length",model_name="tiny"} 1.0')
    expect(text).toContain('vllm:num_requests_running{engine="0",model_name="tiny"} 0.0')
  })

  it.each(['/health', '/nope', '/v1/models', '/metrics'])('%s says that it is simulated', async (path) => {
    expect((await ask(`${await start()}${path}`)).headers.get('x-kaito-sandbox')).toBe('simulated')
  })
})

describe('answers', () => {
  it('are the same for the same question', async () => {
    const texts = [await start(), await start()].map(
      async (base) => (await ask(`${base}/v1/chat/completions`, SAY_HI)).json,
    )
    const [one, two] = await Promise.all(texts)
    expect({ ...one, created: 0 }).toEqual({ ...two, created: 0 })
    expect(one.choices[0]).toMatchObject({ message: { role: 'assistant' }, finish_reason: 'stop', stop_reason: null })
    expect(one.choices[0].message.content).toMatch(/You asked: "Hi"/)
  })

  it('keep to max_tokens, and the usage adds up', async () => {
    const base = await start()
    const { json } = await ask(`${base}/v1/completions`, { model: 'alias', prompt: 'Hi', max_tokens: 4 })
    expect(json).toMatchObject({ object: 'text_completion', model: 'alias', choices: [{ finish_reason: 'length' }] })
    expect(json.usage).toMatchObject({ prompt_tokens: 1, completion_tokens: 4, total_tokens: 5 })
    const byDefault = (await ask(`${base}/v1/completions`, { prompt: 'Hi' })).json
    expect(byDefault).toMatchObject({ model: 'tiny', usage: { completion_tokens: 16 } })
  })

  it('several prompts, choices and stop strings', async () => {
    const base = await start()
    const many = (await ask(`${base}/v1/completions`, { prompt: ['a', 'b'], n: 2, stop: ["'"] })).json
    expect(many.choices.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3])
    expect(many.choices[0]).toMatchObject({ text: ' (This is kaito', finish_reason: 'stop', stop_reason: "'" })
  })

  it('streams of a conversation have a role, words, an end, and the usage when asked', async () => {
    const base = await start()
    const body = { ...SAY_HI, max_tokens: 3, stream: true, stream_options: { include_usage: true } }
    const answer = await ask(`${base}/v1/chat/completions`, body)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events = eventsOf(answer.text)
    expect(events.pop()).toBe('[DONE]')
    const chunks = events.map((event) => JSON.parse(event))
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' })
    const reasons = chunks.slice(1, 4).map(({ choices: [{ finish_reason }] }) => finish_reason)
    expect(reasons).toEqual([null, null, 'length'])
    expect(chunks[4]).toMatchObject({ choices: [], usage: { completion_tokens: 3 } })
    expect(chunks).toHaveLength(5)
    expect(chunks[0]).not.toHaveProperty('usage')
  })
})

describe('refusals', () => {
  it.each<[string, unknown, number, string]>([
    [
      '/v1/completions',
      { model: 'x', prompt: 'Hi' },
      404,
      '{"error":{"message":"The model `x` does not exist. Valid aliases: tiny, alias.","type":"NotFoundError","param":"model","code":404}}',
    ],
    [
      '/v1/completions',
      { model: 'tiny' },
      400,
      '{"error":{"message":"Either prompt or prompt_embeds must be provided and non-empty. (parameter=prompt)","type":"BadRequestError","param":"prompt","code":400}}',
    ],
    [
      '/v1/completions',
      { model: 'tiny', prompt: 'Hi', max_tokens: 5000 },
      400,
      '{"error":{"message":"max_tokens=5000 cannot be greater than max_model_len=512. Please request fewer output tokens. (parameter=max_tokens, value=5000)","type":"BadRequestError","param":"max_tokens","code":400}}',
    ],
    [
      '/v1/completions',
      { model: 'tiny', prompt: 'Hi', max_tokens: 0 },
      400,
      '{"error":{"message":"max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)","type":"BadRequestError","param":"max_tokens","code":400}}',
    ],
    [
      '/v1/completions',
      { model: 'tiny', prompt: 'hi '.repeat(600) },
      400,
      '{"error":{"message":"This model\'s maximum context length is 512 tokens. However, your prompt contains at least 513 input tokens, which exceeds this limit even without any output tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value=513)","type":"BadRequestError","param":"input_tokens","code":400}}',
    ],
    [
      '/v1/completions',
      { model: 'tiny', prompt: 'x'.repeat(9800) },
      400,
      '{"error":{"message":"This model\'s maximum context length is 512 tokens. However, your prompt contains 9800 characters (more than 3584 characters, which is the upper bound for 512 input tokens). Please reduce the length of the input prompt. (parameter=input_text, value=9800)","type":"BadRequestError","param":"input_text","code":400}}',
    ],
    [
      '/v1/chat/completions',
      { model: 'tiny' },
      400,
      `{"error":{"message":"1 validation error:\\n  {'type': 'missing', 'loc': 'body.messages', 'msg': 'Field required', 'input': '<dict of 1 items>'}","type":"Bad Request","param":"body.messages","code":400}}`,
    ],
    ['/nope', undefined, 404, '{"detail":"Not Found"}'],
    ['/v1/chat/completions', undefined, 405, '{"detail":"Method Not Allowed"}'],
    ['/health', {}, 405, '{"detail":"Method Not Allowed"}'],
  ])('%s %j is %i', async (path, body, status, text) => {
    expect(await ask(`${await start()}${path}`, body)).toMatchObject({ status, text })
  })

  it('a body that is no JSON', async () => {
    const base = await start()
    const broken = await ask(`${base}/v1/completions`, '{bad')
    expect(broken).toMatchObject({ status: 400, json: { error: { type: 'Bad Request', param: 'body.1', code: 400 } } })
    const other = await ask(`${base}/v1/completions`, 'x', { 'content-type': 'text/plain' })
    expect(other.json.error.message).toContain("Only 'application/json' is allowed")
    expect((await ask(`${base}/v1/chat/completions`)).headers.get('allow')).toBe('POST')
  })

  it('a key is wanted below /v1 only', async () => {
    const base = await start({ apiKey: 'secret' })
    const wrong = { status: 401, text: '{"error":"Unauthorized"}' }
    expect(await ask(`${base}/v1/models`)).toMatchObject(wrong)
    expect(await ask(`${base}/v1/models`, undefined, { authorization: 'Bearer other' })).toMatchObject(wrong)
    expect(await ask(`${base}/v1/completions`, { prompt: 'Hi' })).toMatchObject(wrong)
    expect((await ask(`${base}/v1/models`, undefined, { authorization: 'bearer secret' })).status).toBe(200)
    expect((await ask(`${base}/health`)).status).toBe(200)
  })
})
