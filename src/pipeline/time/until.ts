/** To the next look: woken by a change, or by the time that something was given. */
import { aborted } from '#std/aborted.ts'
import type { Clock } from '../ports.ts'

export async function untilChange(
  change: Promise<void>,
  ends: readonly (Date | undefined)[],
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const done = new AbortController()
  const given = ends.filter((end) => end !== undefined).map((end) => end.getTime())
  const pauseMs = Math.max(0, Math.min(...given) - clock.now().getTime())
  const ended = AbortSignal.any([signal, done.signal])
  // Without an end it sleeps until the signal.
  const sleeping = given.length === 0 ? aborted(ended) : clock.sleep(pauseMs, ended)
  sleeping.catch(() => undefined)
  try {
    await Promise.race([change, sleeping])
  } finally {
    done.abort()
  }
}
