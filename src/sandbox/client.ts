/** Finds the sandbox of this user, or starts one, and tells it how to behave. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Places, placesOf } from './places.ts'
import type { SandboxState } from './server/control.ts'
import type { ProcessFile } from './server/serve.ts'
import type { Settings } from './settings.ts'

export interface RunningSandbox {
  pid: number
  /** The cloud's address. */
  armUrl: string
  kubeconfig: string
  kubectlConfig: string
  state: SandboxState
}

type Env = Readonly<Record<string, string | undefined>>

/** A new process reads the catalogue and listens; a machine under load takes its time. */
const START_MS = 20_000
const PAUSE_MS = 25

/** What runs now; undefined: nothing. */
export async function findSandbox(env: Env): Promise<RunningSandbox | undefined> {
  const places = placesOf(env)
  const file = readProcess(places)
  return file === undefined ? undefined : look(file, places)
}

/** @param start begins a process that will serve; it is not waited for. Throws when none answers in time. */
export async function openSandbox(env: Env, version: string, start: (places: Places) => void): Promise<RunningSandbox> {
  const places = placesOf(env)
  const old = readProcess(places)
  const running = old === undefined ? undefined : await look(old, places)
  if (running !== undefined && old?.version === version) return running
  // One of another version speaks another language: its state is kept, it is not.
  if (running !== undefined) await stopSandbox(env)
  start(places)
  const end = performance.now() + START_MS
  while (performance.now() < end) {
    await sleep(PAUSE_MS)
    const file = readProcess(places)
    const found = file === undefined ? undefined : await look(file, places)
    if (found !== undefined) return found
  }
  throw new Error(`the sandbox did not start within ${START_MS / 1_000} s; what it wrote: ${places.log}`)
}

/** Throws in the words of the sandbox when a value makes no sense. */
export async function changeSandbox(env: Env, change: Partial<Settings>): Promise<Settings> {
  return (await ask(readProcess(placesOf(env)), 'PATCH', 'settings', change)) as Settings
}

/** False when none ran. Its state stays on disk. */
export async function stopSandbox(env: Env): Promise<boolean> {
  const places = placesOf(env)
  const file = readProcess(places)
  if (file === undefined || (await look(file, places)) === undefined) return false
  await ask(file, 'POST', 'stop')
  const end = performance.now() + START_MS
  while (existsSync(places.lock) && performance.now() < end) await sleep(PAUSE_MS)
  return true
}

/** Stops it and forgets everything. */
export async function resetSandbox(env: Env): Promise<void> {
  await stopSandbox(env)
  rmSync(placesOf(env).folder, { recursive: true, force: true })
}

function readProcess({ process: file }: Places): ProcessFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessFile
  } catch {
    return undefined
  }
}

/** A file may have outlived its process. */
async function look(file: ProcessFile, { kubeconfig, kubectlConfig }: Places): Promise<RunningSandbox | undefined> {
  try {
    const state = (await ask(file, 'GET', 'state')) as SandboxState
    return { pid: file.pid, armUrl: file.armUrl, kubeconfig, kubectlConfig, state }
  } catch {
    return undefined
  }
}

async function ask(file: ProcessFile | undefined, method: string, path: string, body?: unknown): Promise<unknown> {
  if (file === undefined) throw new Error('no sandbox is running')
  const headers = { authorization: `Bearer ${file.token}`, 'content-type': 'application/json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const answer = await fetch(`${file.url}/_sandbox/${path}`, init)
  const said = (await answer.json()) as { message?: string }
  if (!answer.ok) throw new Error(said.message ?? `the sandbox answered ${answer.status}`)
  return said
}
