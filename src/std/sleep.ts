import { setTimeout as delay } from 'node:timers/promises'

/** What ends it early is the signal's own reason, which knows whether somebody interrupted or time is up. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error
  })
}
