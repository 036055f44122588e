/** Progress for machines: one object per line. */
import type { Listener } from './listener.ts'

const EVENTS_SCHEMA = 'kaito.events/v1'

export function formatEvent(event: { type: string; at: string }): string {
  return `${JSON.stringify({ schema: EVENTS_SCHEMA, ...event })}\n`
}

export function createJsonListener(write: (text: string) => void): Listener {
  return {
    emit: (event) => write(formatEvent(event)),
    close: () => undefined,
  }
}
