/** Asks the Hub over HTTPS. Source: huggingface_hub 1.x, HfApi.auth_check (GET /api/models/ID/auth-check). */
import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { HubAnswer, HubPort } from './hub.ts'

const TIMEOUT_MS = 5_000
/** A model that was renamed is found under its old name. */
const MAX_REDIRECTS = 3

export interface HubOptions {
  /** HF_ENDPOINT of the Hub's own tools, for a mirror. */
  endpoint?: string | undefined
  /** The way through a proxy; undefined: directly. */
  agentFor?(url: string): Promise<Agent | undefined>
}

export function createHub({ endpoint = 'https://huggingface.co', agentFor }: HubOptions = {}): HubPort {
  const base = endpoint.replace(/\/+$/, '')
  return {
    pageOf: (modelId) => `${base}/${modelId}`,
    async checkAccess(modelId, token, signal) {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
        const { statusCode = 0, headers } = await get(
          new URL(`${base}/api/models/${modelId}/auth-check`),
          { token, agentFor, signal: limit },
          MAX_REDIRECTS,
        )
        return meaningOf(statusCode, headers['x-error-code'])
      } catch (error) {
        signal.throwIfAborted()
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
        return { outcome: 'unknown', why: cause instanceof Error ? cause.message : String(cause) }
      }
    },
  }
}

interface Question {
  token: string | undefined
  agentFor: HubOptions['agentFor']
  signal: AbortSignal
}

async function get(url: URL, question: Question, redirects: number): Promise<IncomingMessage> {
  const { token, agentFor, signal } = question
  const agent = await agentFor?.(url.href)
  const options = {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal,
    // A proxy that does not answer would outlive the signal.
    timeout: TIMEOUT_MS,
    ...(agent === undefined ? {} : { agent }),
  }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest
    start(url, options, resolve).on('error', reject).end()
    // A request that still waits for its connection does not tell that it was aborted.
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  answer.resume()
  const { location } = answer.headers
  if (location === undefined || redirects === 0) return answer
  const next = new URL(location, url)
  // The token is for the Hub alone.
  return get(next, next.origin === url.origin ? question : { ...question, token: undefined }, redirects - 1)
}

function meaningOf(status: number, code: string | string[] | undefined): HubAnswer {
  if (status === 200) return { outcome: 'ok' }
  // Without a token the Hub answers 401 of what does not exist, too; a licence that is not accepted is GatedRepo.
  if (status === 401) return { outcome: 'unauthorized' }
  if (status === 403) return { outcome: 'forbidden' }
  if (status === 404) return { outcome: 'not-found' }
  return { outcome: 'unknown', why: `the Hub answered ${status}${code === undefined ? '' : ` (${code})`}` }
}
