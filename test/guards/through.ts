/** A sandbox of its own, and a command line whose every request to it passes an interceptor. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Interceptor, startInterceptor } from '../cluster/suite/interceptor.ts'
import { kaito } from '../cluster/suite/kaito.ts'
import { type OwnSandbox, ownSandbox } from '../sandbox/sandbox.ts'
import type { Run, RunOptions } from '../support/run-kaito.ts'

export interface Through {
  sandbox: OwnSandbox
  interceptor: Interceptor
  /** For files of the test. */
  folder: string
  run(args: readonly string[], options?: RunOptions): Promise<Run>
  end(): Promise<void>
}

/** kaito's own waits are so many times shorter; it knows nothing of a sandbox. */
const PACE = '600'

interface ThroughOptions {
  /** Times faster than real. */
  speed: number
  /** Writes what the sandbox is to begin with into its files. */
  fill?(sandbox: OwnSandbox): void
}

export async function sandboxThrough({ speed, fill }: ThroughOptions): Promise<Through> {
  const sandbox = ownSandbox()
  fill?.(sandbox)
  await start(sandbox, speed)
  const { url, armUrl } = sandbox.process()
  const interceptor = await startInterceptor({ url }, { url: armUrl })
  const folder = mkdtempSync(join(tmpdir(), 'kaito-guards-'))
  const KUBECONFIG = join(folder, 'kubeconfig')
  const config = readFileSync(sandbox.file('kubeconfig'), 'utf8').replace(url, interceptor.kubeUrl)
  writeFileSync(KUBECONFIG, config, { mode: 0o600 })
  const env = {
    KUBECONFIG,
    KAITO_TEST_AZURE_ENDPOINT: interceptor.armUrl + new URL(armUrl).pathname,
    KAITO_TEST_AZURE_POLL_MS: '20',
    KAITO_TEST_PACE: PACE,
    KAITO_SANDBOX: '',
    CI: 'true',
    NO_COLOR: '1',
  }
  return {
    sandbox,
    interceptor,
    folder,
    run: (args, options = {}) => kaito(args, { ...options, env: { ...env, ...options.env } }),
    async end() {
      await interceptor.close()
      await sandbox.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** On a machine that does much else it begins later than one command waits for it. */
async function start(sandbox: OwnSandbox, speed: number): Promise<void> {
  const up = () => sandbox.run(['sandbox', 'up', '--sandbox-speed', String(speed)])
  for (let tries = 1; tries < 5; tries += 1) if ((await up()).code === 0) return
  ended(await up())
}

/** Throws when it has not ended with 0. */
export function ended(run: Run): Run {
  if (run.code !== 0) throw new Error(`kaito ended with ${run.code}: ${run.stderr}`)
  return run
}
