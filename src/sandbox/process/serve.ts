/** The sandbox as a process of its own: one per user, found through its file, gone when nobody has asked for a while. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Supply } from '#core/plan/engine.ts'
import type { SimulatedCloud } from '../clouds/cloud.ts'
import type { Controller } from '../cluster/controllers/loop.ts'
import { answeringAt, readProcess } from '../connection.ts'
import type { SimulatedEngine } from '../engines/engine.ts'
import { writeWhole } from '../own-files.ts'
import type { Places, ProcessFile } from '../paths.ts'
import { releaseLock, takeLock } from './lock.ts'
import { CONTEXT } from './seed.ts'
import { startSandbox } from './start.ts'

export interface ServeOptions {
  places: Places
  clouds: readonly SimulatedCloud[]
  engines: readonly SimulatedEngine[]
  controllers: readonly Controller[]
  supply: Supply
  version: string
  /** Milliseconds without a request, after which it ends. */
  idleMs: number
}

/** One that is about to end holds the lock until it has written everything down. */
const LOCK_MS = 20_000
const PAUSE_MS = 50
/** What still hangs on a connection when the sandbox ends. */
const LINGER_MS = 2_000

/** Resolves when it has ended; at once when another process of this user serves already. */
export async function serveSandbox(options: ServeOptions): Promise<void> {
  const { places } = options
  for (const end = performance.now() + LOCK_MS; !takeLock(places); await sleep(PAUSE_MS))
    if ((await answeringAt(places)) !== undefined || performance.now() > end) return
  try {
    await serve(options)
  } finally {
    leave(places)
    exitSoon(places)
  }
}

async function serve({ places, version, idleMs, ...played }: ServeOptions): Promise<void> {
  const ended = Promise.withResolvers<void>()
  let idle: NodeJS.Timeout | undefined
  const onUse = (): void => {
    idle?.refresh()
  }
  const sandbox = await startSandbox({ ...played, places, onStop: ended.resolve, onUse })
  // What is still open begins the wait anew when it closes.
  idle = setTimeout(() => {
    if (!sandbox.isInUse()) ended.resolve()
  }, idleMs)
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.resolve())
  const { url, cloudEnv, token } = sandbox
  writeWhole(places.kubeconfig, kubeconfigOf(url, token))
  // kubectl sends no token over plain HTTP: it goes into the path.
  writeWhole(places.kubectlConfig, kubeconfigOf(`${url}/${token}`, token))
  writeWhole(places.process, { pid: process.pid, version, url, cloudEnv, token } satisfies ProcessFile)
  await ended.promise
  clearTimeout(idle)
  exitSoon(places)
  await sandbox.close()
}

/** What is another's by now stays. */
function leave(places: Places): void {
  if (readProcess(places)?.pid === process.pid) rmSync(places.process, { force: true })
  releaseLock(places)
}

function exitSoon(places: Places): void {
  setTimeout(() => {
    leave(places)
    process.exit()
  }, LINGER_MS).unref()
}

function kubeconfigOf(server: string, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': CONTEXT,
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT, namespace: 'default' } }],
    // Plain HTTP on loopback; the client wants the last line to speak WebSocket there.
    clusters: [{ name: CONTEXT, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: CONTEXT, user: { token } }],
  })
}
