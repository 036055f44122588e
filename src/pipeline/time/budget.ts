/** An answer that is waited for with an end of its own, beside the overall deadline. */
import type { KaitoError } from '#core/errors.ts'
import type { Ports } from '../ports.ts'

/** What the work answers; when the budget ends first, throws what `onExpiry` makes, and the work's signal is aborted. */
export async function withBudget<T>(
  { clock, signal }: Pick<Ports, 'clock' | 'signal'>,
  budgetMs: number,
  onExpiry: () => KaitoError,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const ended = AbortSignal.any([signal, over.signal])
  const expired = clock.sleep(budgetMs, ended).then(() => Promise.reject(onExpiry()))
  try {
    return await Promise.race([work(ended), expired])
  } finally {
    over.abort()
  }
}
