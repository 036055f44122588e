/** What a code says of itself, and how the command ends with it. */

import type { Advice } from './advice.ts'

/** The exit codes of the command line. `diff` alone uses 1 for "there are changes", and 70 for a bug (EX_SOFTWARE); 70 also says that Node is too old. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 70 | 130

export interface ErrorRow {
  exit: ExitCode
  title: string
  docs: Advice
}
