/** Repeats what may be repeated: reads, server-side applies and deletes have the same effect twice; creates do not. */
import { hasCode } from '#core/errors.ts'
import { sleep } from '#std/sleep.ts'
import { isOfOtherShape } from './errors.ts'
import type { Transport, WireAnswer, WireRequest } from './transport.ts'

const REPEATABLE = new Set(['GET', 'PATCH', 'DELETE'])
const PAUSES_MS = [100, 400, 1_600]

export async function sendWithRetry(transport: Transport, request: WireRequest): Promise<WireAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    const pause = PAUSES_MS[attempt]
    const outcome = await transport.send(request).catch((error: unknown) => {
      request.signal.throwIfAborted()
      if (!mayRepeat(request, error) || pause === undefined) throw error
      return undefined
    })
    if (outcome !== undefined && (!isRepeatable(request, outcome) || pause === undefined)) return outcome
    await sleep(pauseFor(outcome, pause ?? 0), request.signal)
  }
}

/** Nothing was listening: the request never arrived, so even a create may be repeated. */
function mayRepeat(request: WireRequest, error: unknown): boolean {
  if (!hasCode(error, 'UNAVAILABLE')) return false
  const isRefused = error.reason?.startsWith('ECONNREFUSED') ?? false
  const isTls = /certificate|self-signed|ENOTFOUND/i.test(error.reason ?? '')
  return !isTls && (isRefused || REPEATABLE.has(request.method))
}

function isRepeatable(request: WireRequest, { status, body }: WireAnswer): boolean {
  if (status === 429) return true
  if (isOfOtherShape(status, body)) return false
  return status >= 500 && status !== 501 && REPEATABLE.has(request.method)
}

function pauseFor(answer: WireAnswer | undefined, pause: number): number {
  const seconds = Number(answer?.headers['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, 10_000) : pause
}
