/** Looks again and again, as often as whoever is asked wants to be. */
import type { Ports } from '../ports.ts'

export async function lookUntil<Seen extends { retryAfterMs: number }, Last extends Seen>(
  look: () => Promise<Seen>,
  isLast: (seen: Seen) => seen is Last,
  { clock, signal }: Pick<Ports, 'clock' | 'signal'>,
): Promise<Last> {
  for (;;) {
    const seen = await look()
    if (isLast(seen)) return seen
    await clock.sleep(seen.retryAfterMs, signal)
  }
}
