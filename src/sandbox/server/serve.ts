/** The sandbox as a process of its own: one per user, found through its file, gone when nobody has asked for a while. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import type { Catalog } from '#core/catalog.ts'
import type { Places } from '../places.ts'
import { writeWhole } from './disk.ts'
import { CONTEXT } from './identity.ts'
import { startSandbox } from './start.ts'

export interface ServeOptions {
  places: Places
  catalog: Catalog
  version: string
  /** Milliseconds without a request, after which it ends. */
  idleMs: number
}

/** What `process.json` says. */
export interface ProcessFile {
  pid: number
  version: string
  url: string
  armUrl: string
  token: string
}

/** Resolves when it has ended; at once when another process of this user serves already. */
export async function serveSandbox({ places, catalog, version, idleMs }: ServeOptions): Promise<void> {
  if (!takeLock(places)) return
  const ended = Promise.withResolvers<void>()
  let idle: NodeJS.Timeout | undefined
  const onRequest = (): void => {
    idle?.refresh()
  }
  const sandbox = await startSandbox({ places, catalog, onStop: ended.resolve, onRequest })
  idle = setTimeout(ended.resolve, idleMs)
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.resolve())
  const { url, armUrl, token } = sandbox
  writeWhole(places.kubeconfig, kubeconfigOf(url, token))
  // kubectl sends no token over plain HTTP: it goes into the path.
  writeWhole(places.kubectlConfig, kubeconfigOf(`${url}/${token}`, token))
  writeWhole(places.process, { pid: process.pid, version, url, armUrl, token } satisfies ProcessFile)
  await ended.promise
  clearTimeout(idle)
  rmSync(places.process, { force: true })
  await sandbox.close()
  rmSync(places.lock, { force: true })
}

/** False when a living process holds it. */
function takeLock({ folder, lock }: Places): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = openSync(lock, 'wx', 0o600)
      writeFileSync(file, String(process.pid))
      closeSync(file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isAlive(Number(readFileSync(lock, 'utf8')))) return false
      rmSync(lock, { force: true })
    }
  }
  return false
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
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
