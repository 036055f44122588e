/** Runs a command on a replay until it ends, or does nothing new any more: then it waits, and is interrupted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Cli } from './cli.ts'
import type { Replay } from './replay-server.ts'

export interface Said {
  code: number | null
  stdout: string
  stderr: string
  isWaiting: boolean
}

/** Ticks without news, of this process and of the command's: on a machine that is busy they come later, as news do. */
const STILL_TICKS = 40
const TICK_MS = 50
/** What is asked again and again is no news. */
const NEWS = 3
/** kaito's own waits are so many times shorter: five seconds, until a failure is believed, are one. */
const PACE = '5'

/** @param isEnough of what it has said on stdout: no more is wanted. */
export async function untilStill(
  cli: Cli,
  server: Replay,
  args: readonly string[],
  isEnough: (stdout: string) => boolean = () => false,
): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), 'kaito-replay-'))
  const said: Said = { code: null, stdout: '', stderr: '', isWaiting: false }
  const seen = new Map<string, number>()
  const still = { here: 0, there: 0 }
  const note = (what: string): void => {
    const times = (seen.get(what) ?? 0) + 1
    seen.set(what, times)
    if (times <= NEWS) Object.assign(still, { here: 0, there: 0 })
  }
  server.onRequest(note)
  const running = cli.run(args, environment(server, folder), {
    onTick() {
      still.there += 1
    },
    onStderr(text) {
      said.stderr += text
      note(text.replaceAll(/"(at|elapsedMs)":[^,}]*/g, ''))
    },
    onStdout(text) {
      said.stdout += text
      if (isEnough(said.stdout)) running.interrupt()
    },
  })
  const timer = setInterval(() => {
    still.here += 1
    if (said.isWaiting || Math.min(still.here, still.there) < STILL_TICKS) return
    said.isWaiting = true
    running.interrupt()
  }, TICK_MS)
  try {
    said.code = await running.code
    return said
  } finally {
    clearInterval(timer)
    rmSync(folder, { recursive: true, force: true })
  }
}

function environment({ kubeUrl, cloudUrl }: Replay, folder: string): Record<string, string> {
  const KUBECONFIG = join(folder, 'kubeconfig')
  const named = (entry: object): object[] => [{ name: 'replay', ...entry }]
  const config = {
    'current-context': 'replay',
    contexts: named({ context: { cluster: 'replay', user: 'replay', namespace: 'default' } }),
    clusters: named({ cluster: { server: kubeUrl } }),
    users: named({ user: { token: 'any' } }),
  }
  writeFileSync(KUBECONFIG, stringify(config))
  return {
    KUBECONFIG,
    KAITO_TEST_AZURE_ENDPOINT: cloudUrl,
    KAITO_TEST_AZURE_POLL_MS: '20',
    KAITO_TEST_PACE: PACE,
    KAITO_SANDBOX: '',
    CI: 'true',
    NO_COLOR: '1',
  }
}
