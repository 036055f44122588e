/** Finds the sandbox of this user, or starts one, and tells it how to behave. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { KaitoError } from '#core/errors.ts'
import { answeringAt, ask, type RunningSandbox, readProcess } from './connection.ts'
import { useOwnFolder } from './own-files.ts'
import { type Places, placesOf } from './paths.ts'
import { holderOf } from './process/lock.ts'
import type { Settings } from './settings.ts'

export interface OpenOptions {
  version: string
  signal: AbortSignal
  /** Begins a process that will serve; it is not waited for. */
  start(places: Places): void
}

export interface OpenSandbox extends RunningSandbox {
  /** It was not there before. */
  isNew: boolean
}

type Env = Readonly<Record<string, string | undefined>>

/** A new process reads the catalogue and listens; a machine under load takes its time. */
const START_MS = 20_000
const PAUSE_MS = 25

/** What runs now; undefined: nothing. */
export async function findSandbox(env: Env): Promise<RunningSandbox | undefined> {
  return answeringAt(placesOf(env))
}

/** Throws when none answers in time. */
export async function openSandbox(env: Env, { version, signal, start }: OpenOptions): Promise<OpenSandbox> {
  const places = placesOf(env)
  const old = readProcess(places)
  const running = await answeringAt(places, signal)
  if (running !== undefined && old?.version === version) return { ...running, isNew: false }
  // One of another version speaks another language: its state is kept, it is not.
  if (running !== undefined) await stopSandbox(env)
  takeFolder(places)
  start(places)
  const end = performance.now() + START_MS
  while (performance.now() < end) {
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
    const found = await answeringAt(places, signal)
    if (found !== undefined) return { ...found, isNew: true }
  }
  throw new Error(`the sandbox did not start within ${START_MS / 1_000} s; what it wrote: ${places.log}`)
}

function takeFolder({ folder }: Places): void {
  try {
    useOwnFolder(folder)
  } catch (cause) {
    throw new KaitoError({
      code: 'OUTPUT_FAILED',
      phase: 'plan',
      message: `The sandbox cannot keep its state in ${folder}.`,
      reason: cause instanceof Error ? cause.message : String(cause),
      hint: 'Name a folder of your own, with space left: export XDG_STATE_HOME=$(mktemp -d)',
      cause,
    })
  }
}

/** Throws in the words of the sandbox when a value makes no sense. */
export async function changeSandbox(env: Env, change: Partial<Settings>): Promise<Settings> {
  return (await ask(readProcess(placesOf(env)), 'PATCH', 'settings', {
    body: { ...change, pid: process.pid },
  })) as Settings
}

/** False when none ran. Its state stays on disk. Throws when its process stays, too. */
export async function stopSandbox(env: Env): Promise<boolean> {
  const places = placesOf(env)
  const file = readProcess(places)
  if (file === undefined || (await answeringAt(places)) === undefined) return false
  await ask(file, 'POST', 'stop')
  for (const end = performance.now() + START_MS; holderOf(places) === file.pid; await sleep(PAUSE_MS))
    if (performance.now() > end)
      throw new Error(`the sandbox's process ${file.pid} did not end; end it: kill ${file.pid}`)
  return true
}

/** Stops it and forgets everything. */
export async function resetSandbox(env: Env): Promise<void> {
  await stopSandbox(env)
  rmSync(placesOf(env).folder, { recursive: true, force: true })
}
