import type { Worded } from '#core/advice.ts'
import type { KaitoEvent } from '#core/events.ts'

/** As it is shown. */
export type ShownEvent = Worded<KaitoEvent>

/** One form of progress: gets stamped events that hold no secret. */
export interface Listener {
  emit(event: ShownEvent): void
  close(): void
}
