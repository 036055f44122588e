/** Waiting with an end: a budget of its own beside the overall deadline. */
import type { KaitoError } from '#core/errors.ts'
import type { Ports } from '../ports.ts'
import { inPace } from './pace.ts'

/** However fast a sandbox lives: a watch that broke off needs a moment to begin again. */
const LEAST_MS = 2_000

/** Runs `work`; when the budget ends first, throws what `onExpiry` makes. The overall signal still wins. */
export async function withBudget<T>(
  ports: Ports,
  budgetMs: number,
  onExpiry: () => KaitoError,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const expiry = new AbortController()
  const done = new AbortController()
  const signal = AbortSignal.any([ports.signal, expiry.signal])
  const timer = ports.clock.sleep(inPace(budgetMs, ports, LEAST_MS), done.signal).then(
    () => expiry.abort(onExpiry()),
    () => undefined,
  )
  try {
    const result = await work(signal)
    signal.throwIfAborted()
    return result
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    done.abort()
    await timer
  }
}
