/** The way to the process that runs: its file, and requests to it. */
import { readFileSync } from 'node:fs'
import { isOwn } from './own-files.ts'
import type { Places, ProcessFile } from './paths.ts'
import { holderOf } from './process/lock.ts'
import type { SandboxState } from './settings.ts'

export interface RunningSandbox {
  pid: number
  /** What makes a client of the cloud come to the simulated one. */
  cloudEnv: Record<string, string>
  kubeconfig: string
  kubectlConfig: string
  state: SandboxState
}

/** Something else may listen on the port of a process that is gone, and say nothing. */
const LOOK_MS = 2_000
/** For a sandbox that is there, on a machine that is busy. */
const ASK_MS = 20_000

/** Undefined: nothing answers there. A file may have outlived its process. */
export async function answeringAt(places: Places, signal?: AbortSignal): Promise<RunningSandbox | undefined> {
  const file = readProcess(places)
  if (file === undefined) return undefined
  const limitMs = holderOf(places) === file.pid ? ASK_MS : LOOK_MS
  try {
    const state = (await ask(file, 'GET', 'state', { limitMs, signal })) as SandboxState
    const { kubeconfig, kubectlConfig } = places
    return { pid: file.pid, cloudEnv: file.cloudEnv, kubeconfig, kubectlConfig, state }
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

/** What stands in another user's folder would lead to a sandbox of his. */
export function readProcess({ folder, process: file }: Places): ProcessFile | undefined {
  if (!isOwn(folder)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessFile
  } catch {
    return undefined
  }
}

interface Request {
  body?: unknown
  limitMs?: number
  signal?: AbortSignal | undefined
}

export async function ask(
  file: ProcessFile | undefined,
  method: string,
  path: string,
  { body, limitMs = ASK_MS, signal }: Request = {},
): Promise<unknown> {
  if (file === undefined) throw new Error('no sandbox is running')
  const headers = { authorization: `Bearer ${file.token}`, 'content-type': 'application/json' }
  const limit = AbortSignal.timeout(limitMs)
  const answer = await fetch(`${file.url}/_sandbox/${path}`, {
    method,
    headers,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const said = (await answer.json()) as { message?: string }
  if (!answer.ok) throw new Error(said.message ?? `the sandbox answered ${answer.status}`)
  return said
}
