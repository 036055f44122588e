/** A real OpenAI-compatible server that answers instead of the script. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { engineRefusal, ORIGIN_HEADER, type Refusal } from './reply.ts'
import type { Body } from './request.ts'

export interface PassThrough {
  /** `path` is `/completions` or `/chat/completions`, below the base URL. */
  send(path: string, body: Body, response: ServerResponse): Promise<void>
}

const MODELS_TIMEOUT_MS = 10_000

export function createPassThrough(baseUrl: string): PassThrough {
  const base = baseUrl.replace(/\/+$/, '')
  let known: string | undefined
  const model = async (): Promise<string> => {
    known ??= await firstModel(base)
    return known
  }
  return {
    async send(path, body, response) {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const name = await model()
      const answer = await fetch(`${base}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, model: name }),
        signal: gone.signal,
      }).catch((error: unknown) => {
        throw unreachable(base, error)
      })
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
        [ORIGIN_HEADER]: 'passed-through',
      })
      if (answer.body === null) {
        response.end()
        return
      }
      // A stream that breaks on the way breaks the answer, as the head has been sent.
      await pipeline(Readable.fromWeb(answer.body as ReadableStream), response).catch(() => response.destroy())
    },
  }
}

async function firstModel(base: string): Promise<string> {
  const answer = await fetch(`${base}/models`, { signal: AbortSignal.timeout(MODELS_TIMEOUT_MS) }).catch(
    (error: unknown) => {
      throw unreachable(base, error)
    },
  )
  const text = await answer.text()
  const id = answer.ok ? firstId(text) : undefined
  if (id === undefined)
    throw badGateway(`GET ${base}/models answered ${answer.status} without a model: ${text.slice(0, 300)}`)
  return id
}

function firstId(text: string): string | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: { id?: unknown }[] }
    const id = data?.[0]?.id
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

function unreachable(base: string, error: unknown): Refusal {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  return badGateway(`${base} cannot be reached: ${cause?.code ?? cause?.message ?? message}`)
}

function badGateway(what: string): Refusal {
  const message = `kaito's sandbox passes requests on to another server, and that failed: ${what}`
  return engineRefusal(502, 'BadGatewayError', message, null)
}
