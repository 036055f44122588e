/**
 * Keeps what the SDK throws away: the body of a refused request (no `details` on operations) and of a failed
 * operation (only its message survives). One capture belongs to one call, so that concurrent calls do not mix.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ContainerServiceClientOptionalParams } from '@azure/arm-containerservice'

export type Policy = NonNullable<ContainerServiceClientOptionalParams['additionalPolicies']>[number]['policy']

export interface Capture {
  /** The last failure: HTTP status and parsed body. */
  failure?: { status: number; body: unknown }
  /** What the service last asked to wait before the next poll. */
  retryAfterMs?: number
}

const captures = new AsyncLocalStorage<Capture>()

/** Runs one call against Azure with its own capture. */
export function withCapture<T>(run: (capture: Capture) => Promise<T>): Promise<T> {
  const capture: Capture = {}
  return captures.run(capture, () => run(capture))
}

function parseBody(text: string | null | undefined): unknown {
  if (text === null || text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function hasFailed(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('status' in body)) return false
  return /^(failed|cancell?ed)$/i.test(String(body.status))
}

function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined
}

export const capturePolicy: Policy = {
  name: 'kaitoCapture',
  async sendRequest(request, next) {
    const response = await next(request)
    const capture = captures.getStore()
    if (capture === undefined) return response
    const body = parseBody(response.bodyAsText)
    if (response.status >= 400 || hasFailed(body)) capture.failure = { status: response.status, body }
    const waitMs = retryAfterMs(response.headers.get('retry-after'))
    if (waitMs === undefined) delete capture.retryAfterMs
    else capture.retryAfterMs = waitMs
    return response
  },
}
