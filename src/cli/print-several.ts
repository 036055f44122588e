/** The end of a command about one workspace or several. */
import type { ExitCode } from '#core/errors.ts'
import type { Result } from '#core/results.ts'
import type { Several } from '#pipeline/runs/several/side-by-side.ts'
import type { Session } from './session.ts'

/** What has come to its end is shown, also where others have failed; then that is thrown. */
export function printSeveral({ results, ends, failure }: Several<Result>, session: Session): ExitCode {
  // People are told how each came out also where there is no result at all; an empty list is no answer to a script.
  if (results.length > 0 || session.options.output === 'text') session.print(results, { isList: ends.length > 1, ends })
  if (failure !== undefined) throw failure.error
  return 0
}
