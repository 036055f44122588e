/** Waiting with an end: a budget of its own beside the overall deadline. */
import type { KaitoError } from '#core/errors.ts'
import type { Ports } from '../ports.ts'

/** Runs `work`; when the budget ends first, throws what `onExpiry` makes. The overall signal still wins. */
export async function withBudget<T>(
  ports: Pick<Ports, 'clock' | 'signal'>,
  budgetMs: number,
  onExpiry: () => KaitoError,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const expiry = new AbortController()
  const done = new AbortController()
  const signal = AbortSignal.any([ports.signal, expiry.signal])
  const timer = ports.clock.sleep(budgetMs, done.signal).then(
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
