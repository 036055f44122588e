/** kaito on a machine where nothing is set: no cluster, no home. */
import { type Run, type RunOptions, runKaito } from '../support/run-kaito.ts'

export function kaito(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { PATH, HOME = '/nonexistent' } = process.env
  return runKaito(args, { ...(PATH === undefined ? {} : { PATH }), HOME, CI: 'true', ...options.env }, options)
}
