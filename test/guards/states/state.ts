/** What an API server, a cloud and an engine answer at one moment; kept as a file, and read as old as it was then. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { devicePlugin } from '#sandbox/process/seed.ts'

export interface Body {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    labels?: Record<string, string>
    [key: string]: unknown
  }
  [key: string]: unknown
}

export interface Answer {
  status: number
  body: unknown
}

export interface State {
  /** In words, for whoever reads a failure. */
  about: string
  /** What deploy is told beside the name. */
  flags: string[]
  capturedAt: string
  objects: Body[]
  /** By `pod`, and `pod previous` for the container before. */
  logs: Record<string, string>
  /** Of the cloud, by path. */
  cloud: Record<string, Answer>
  /** Of what listens, by `pods/NAME:PORT/path` and `services/NAME:PORT/path`; what is absent refuses. */
  engine: Record<string, Answer>
  /** What this identity may not, as `verb resource`. */
  denied: string[]
  /** Who holds the lock: a process that was killed on this machine, or one that is at work on another. */
  holder: 'nobody' | 'dead' | 'at work'
}

const FOLDER = new URL('../../fixtures/guards/states/', import.meta.url)

export function stateNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json.gz'))
    .map((file) => file.slice(0, -'.json.gz'.length))
    .sort()
}

export function writeState(name: string, state: State): void {
  writeFileSync(new URL(`${name}.json.gz`, FOLDER), gzipSync(JSON.stringify(state), { level: 9 }))
}

/** Something announced the GPUs then, and had no object of its own in the sandbox of that time. */
const ANNOUNCING = devicePlugin([], { tolerations: [{ operator: 'Exists' }] }) as Body

/** With every time moved, so that all of it is as old as it was when it was recorded. */
export function readState(name: string, now = Date.now()): State {
  const text = gunzipSync(readFileSync(new URL(`${name}.json.gz`, FOLDER))).toString('utf8')
  const { capturedAt } = JSON.parse(text) as State
  const byMs = now - Date.parse(capturedAt)
  const state = JSON.parse(text.replaceAll(TIME, (time) => moved(time, byMs))) as State
  return { ...state, objects: [...state.objects, ANNOUNCING] }
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** Written with as many digits as before. */
function moved(time: string, byMs: number): string {
  const digits = /\.(\d+)Z$/.exec(time)?.[1]?.length ?? 0
  const [whole, part = ''] = new Date(Date.parse(time) + byMs).toISOString().replace('Z', '').split('.')
  return `${whole}${digits === 0 ? '' : `.${part.padEnd(digits, '0').slice(0, digits)}`}Z`
}
