import type { Advice } from '#core/advice.ts'
import type { ExitCode } from '#core/errors.ts'
import type { EventBody } from '#core/events.ts'
import type { Result } from '#core/results.ts'
import type { Ports } from '#pipeline/ports.ts'
import type { ResultOptions } from '#ui/results/result.ts'
import type { GlobalOptions } from './flags/options.ts'
import type { Terminal } from './terminal/io.ts'
import type { Registries } from './wiring/registries.ts'

export interface Session extends Terminal {
  registries: Registries
  options: GlobalOptions
  emit(event: EventBody): void
  /** The ports to cluster and cloud, connected on first use. */
  ports(): Promise<Ports>
  /** Of what goes on until Ctrl-C: that is its end, and no failure. */
  untilInterrupted(work: Promise<unknown>): Promise<ExitCode>
  /** Advice as it is typed in this run's shell. */
  say(advice: Advice): string
  print(
    results: readonly Result[],
    how?: Pick<ResultOptions, 'explain' | 'isList' | 'ends' | 'status'> & { isAgain?: boolean },
  ): void
}
