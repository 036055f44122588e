import type { KaitoEvent } from '#core/events.ts'

/** One form of progress: gets stamped events that hold no secret. */
export interface Listener {
  emit(event: KaitoEvent): void
  close(): void
}
