/** vLLM 0.32's API server as a request handler, with scripted answers that say so. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Setting } from '../engine.ts'
import { answer, CHAT, COMPLETION, type Kind } from './answers.ts'
import { metricsText, noCounts } from './metrics.ts'
import { createPassThrough } from './pass-through.ts'
import { engineRefusal, frameworkRefusal, ORIGIN_HEADER, Refusal, send, sendJson } from './reply.ts'
import { askedChat, askedCompletion, type Body, readBody, servedModel } from './request.ts'
import { idOf, tokensOf } from './script.ts'

export interface ServerSettings extends Setting {
  servedNames: readonly string[]
  maxModelLen: number
  version: string
}

/** vLLM asks for the key below these. */
const GUARDED = ['/v1', '/v2', '/inference', '/cohere']

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>

/** Handles one HTTP request as vLLM 0.32's API server does. */
export function createServerOf(settings: ServerSettings): (request: IncomingMessage, response: ServerResponse) => void {
  const routes = routesOf(settings)
  return (request, response) => {
    response.setHeader(ORIGIN_HEADER, 'simulated')
    response.on('error', () => response.destroy())
    handle(routes, settings, request, response).catch((error: unknown) => fail(response, error))
  }
}

async function handle(
  routes: Routes,
  { apiKey }: ServerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?')
  const { method = 'GET' } = request
  const isGuarded = method !== 'OPTIONS' && GUARDED.some((prefix) => path.startsWith(prefix))
  if (apiKey !== undefined && isGuarded && !bringsKey(request, apiKey))
    throw new Refusal(401, { error: 'Unauthorized' })
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (methods === undefined) throw frameworkRefusal(404, 'Not Found')
  const handler = methods[method]
  if (handler === undefined)
    throw frameworkRefusal(405, 'Method Not Allowed', { allow: Object.keys(methods).join(', ') })
  await handler(request, response)
}

function routesOf(settings: ServerSettings): Routes {
  const { servedNames, maxModelLen, version, passTo, startedAt } = settings
  const counts = noCounts()
  const passThrough = passTo === undefined ? undefined : createPassThrough(passTo)
  const nothing: Handler = (_request, response) => send(response, 200, '')
  let asked = 0

  const complete =
    (kind: Kind, path: string, check: typeof askedChat): Handler =>
    async (request, response) => {
      const body = await readBody(request)
      counts.running += 1
      try {
        if (passThrough !== undefined) {
          servedModel(body, servedNames)
          await passThrough.send(path, body, response)
          return
        }
        asked += 1
        const id = `${kind.prefix}-${asked.toString(16).padStart(16, '0')}`
        const created = Math.floor(Date.now() / 1_000)
        await answer(response, { id, created, asked: check(body, servedNames, maxModelLen), kind }, counts)
      } finally {
        counts.running -= 1
      }
    }

  return {
    '/health': { GET: nothing },
    '/ping': { GET: nothing, POST: nothing },
    '/version': { GET: (_request, response) => sendJson(response, 200, { version }) },
    '/v1/models': { GET: (_request, response) => sendJson(response, 200, modelList(settings)) },
    '/v1/completions': { POST: complete(COMPLETION, '/completions', askedCompletion) },
    '/v1/chat/completions': { POST: complete(CHAT, '/chat/completions', askedChat) },
    '/tokenize': {
      POST: async (request, response) => sendJson(response, 200, tokenized(await readBody(request), settings)),
    },
    '/metrics': {
      GET: (_request, response) =>
        send(response, 200, metricsText(counts, servedNames[0] ?? '', startedAt), {
          'content-type': 'text/plain; version=1.0.0; charset=utf-8',
        }),
    },
  }
}

function modelList({ servedNames, maxModelLen, startedAt }: ServerSettings): object {
  const created = Math.floor(startedAt.getTime() / 1_000)
  const data = servedNames.map((id) => ({
    id,
    object: 'model',
    created,
    owned_by: 'vllm',
    root: servedNames[0],
    parent: null,
    max_model_len: maxModelLen,
    permission: [
      {
        id: `modelperm-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`,
        object: 'model_permission',
        created,
        allow_create_engine: false,
        allow_sampling: true,
        allow_logprobs: true,
        allow_search_indices: false,
        allow_view: true,
        allow_fine_tuning: false,
        organization: '*',
        group: null,
        is_blocking: false,
      },
    ],
  }))
  return { object: 'list', data }
}

/** A prompt, or a conversation without its template. */
function tokenized(body: Body, { servedNames, maxModelLen }: ServerSettings): object {
  servedModel(body, servedNames)
  const messages = Array.isArray(body['messages']) ? body['messages'] : []
  const texts = [body['prompt'], ...messages.map((message: { content?: unknown } | null) => message?.content)]
  const pieces = tokensOf(texts.filter((text) => typeof text === 'string').join('\n'))
  const strings = body['return_token_strs'] === true ? pieces : null
  return { count: pieces.length, max_model_len: maxModelLen, tokens: pieces.map(idOf), token_strs: strings }
}

function bringsKey(request: IncomingMessage, apiKey: string): boolean {
  const [, key] = /^bearer (.*)$/i.exec(request.headers.authorization ?? '') ?? []
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return key !== undefined && timingSafeEqual(digest(key), digest(apiKey))
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const message = error instanceof Error ? error.message : String(error)
  const refusal = error instanceof Refusal ? error : engineRefusal(500, 'InternalServerError', message, null)
  sendJson(response, refusal.status, refusal.body, refusal.headers)
}
