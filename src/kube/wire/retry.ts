/**
 * Repeats what no answer came to. All that kaito sends may arrive twice: reads, reviews and dry runs change nothing, applies
 * and deletes have the same effect again, and of a create or a replacement the client looks whether it has arrived.
 */
import { hasCode } from '#core/errors.ts'
import { sleep } from '#std/sleep.ts'
import { isOfOtherShape } from './errors.ts'
import type { Transport, WireAnswer, WireRequest } from './transport.ts'

const PAUSES_MS = [100, 400, 1_600]
/** Of a server that has answered before: it restarts, or the network does. */
const MORE_PAUSES_MS = [...PAUSES_MS, 3_200, 4_800, 4_800, 4_800]
/** Attempts that take their time are fewer. */
const PATIENCE_MS = 30_000

export interface Answered extends WireAnswer {
  /** An earlier attempt may have been carried out. */
  wasLost: boolean
}

export async function sendWithRetry(transport: Transport, request: WireRequest): Promise<Answered> {
  const lastAt = performance.now() + PATIENCE_MS
  const pauseBefore = (attempt: number, answer?: WireAnswer): number | undefined =>
    performance.now() > lastAt ? undefined : pauseFor(attempt, transport, answer)
  for (let attempt = 0, wasLost = false; ; attempt += 1) {
    const outcome = await transport.send(request).catch((error: unknown) => {
      request.signal.throwIfAborted()
      if (!mayRepeat(error) || pauseBefore(attempt) === undefined) throw error
      // Nothing was listening: the request never arrived.
      wasLost ||= !isRefused(error)
      return undefined
    })
    const pause = pauseBefore(attempt, outcome)
    if (outcome !== undefined && (!isRepeatable(outcome) || pause === undefined)) return { ...outcome, wasLost }
    wasLost ||= outcome !== undefined && outcome.status >= 500
    await sleep(pause ?? 0, request.signal)
  }
}

function isRefused(error: unknown): boolean {
  return hasCode(error, 'UNAVAILABLE') && error.reason?.startsWith('ECONNREFUSED') === true
}

function mayRepeat(error: unknown): boolean {
  return hasCode(error, 'UNAVAILABLE') && !/certificate|self-signed|ENOTFOUND/i.test(error.reason ?? '')
}

function isRepeatable({ status, body }: WireAnswer): boolean {
  if (status === 429) return true
  return status >= 500 && status !== 501 && !isOfOtherShape(status, body)
}

/** Undefined: this was the last attempt. A server that nobody has heard of yet is told soon. */
function pauseFor(attempt: number, { hasAnswered }: Transport, answer?: WireAnswer): number | undefined {
  const isBusy = answer?.status === 429
  const pause = (hasAnswered() && !isBusy ? MORE_PAUSES_MS : PAUSES_MS)[attempt]
  const seconds = Number(answer?.headers['retry-after'])
  if (pause === undefined || !(seconds > 0)) return pause
  return Math.min(seconds * 1_000, 10_000)
}

/** The same of what is no request of its own: a tunnel, a question to what lies behind the server. */
export async function askAgain<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await ask()
    } catch (error) {
      const isWorthIt = hasCode(error, 'UNAVAILABLE', 'THROTTLED') && !/no answer within/.test(error.reason ?? '')
      if (!isWorthIt) throw error
    }
    await sleep(pause, signal)
  }
  return ask()
}
