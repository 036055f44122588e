/** Asks the Hub over HTTPS. Source: huggingface_hub 1.x, HfApi.auth_check (GET /api/models/ID/auth-check). */
import type { HubAnswer, HubPort } from './hub.ts'

const TIMEOUT_MS = 5_000

/** @param endpoint HF_ENDPOINT of the Hub's own tools, for a mirror. */
export function createHub(endpoint = 'https://huggingface.co'): HubPort {
  const base = endpoint.replace(/\/+$/, '')
  return {
    pageOf: (modelId) => `${base}/${modelId}`,
    async checkAccess(modelId, token, signal) {
      try {
        const answer = await fetch(`${base}/api/models/${modelId}/auth-check`, {
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        })
        await answer.body?.cancel()
        return meaningOf(answer.status, answer.headers.get('x-error-code'))
      } catch (error) {
        signal.throwIfAborted()
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
        return { outcome: 'unknown', why: cause instanceof Error ? cause.message : String(cause) }
      }
    },
  }
}

function meaningOf(status: number, code: string | null): HubAnswer {
  if (status === 200) return { outcome: 'ok' }
  // Without a token the Hub answers 401 of what does not exist, too; a licence that is not accepted is GatedRepo.
  if (status === 401) return { outcome: 'unauthorized' }
  if (status === 403) return { outcome: 'forbidden' }
  if (status === 404) return { outcome: 'not-found' }
  return { outcome: 'unknown', why: `the Hub answered ${status}${code === null ? '' : ` (${code})`}` }
}
