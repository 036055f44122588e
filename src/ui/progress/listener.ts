import type { Worded } from '#core/advice.ts'
import type { KaitoEvent } from '#core/events.ts'

/** As it is shown. */
export type ShownEvent = Worded<KaitoEvent>

/** One form of progress: gets stamped events that hold no secret. */
export interface Listener {
  emit(event: ShownEvent): void
  /** A question is going to be asked: nothing that moves may be in its way. Nothing is emitted until it resumes. */
  hold?(): void
  resume?(): void
  close(): void
}
