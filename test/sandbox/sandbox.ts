/** A sandbox of one's own: its state in a folder that goes with it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kaito, type Run, type RunOptions } from '../cluster/suite/kaito.ts'

export interface OwnSandbox {
  state: string
  env: Record<string, string>
  run(args: readonly string[], options?: RunOptions): Promise<Run>
  /** One request to its API server, past kaito. */
  end(): Promise<void>
}

export function ownSandbox(): OwnSandbox {
  const state = mkdtempSync(join(tmpdir(), 'kaito-sandbox-'))
  const env = { XDG_STATE_HOME: state, KAITO_SANDBOX: '1', CI: 'true', NO_COLOR: '1' }
  const run = (args: readonly string[], options: RunOptions = {}): Promise<Run> =>
    kaito(args, { ...options, env: { ...env, ...options.env } })
  return {
    state,
    env,
    run,
    async end() {
      await run(['sandbox', 'down'])
      rmSync(state, { recursive: true, force: true })
    },
  }
}
