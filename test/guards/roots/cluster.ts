/** The sandbox's files with all workspaces of cases.ts in it, as 0.1.0 left them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { OwnSandbox } from '../../sandbox/sandbox.ts'

const FIXTURE = new URL('../../fixtures/guards/roots.json.gz', import.meta.url)
const FILES = ['state.json', 'cloud.json']

/** Of a sandbox that has ended. */
export function keepCluster(sandbox: OwnSandbox): void {
  const files = Object.fromEntries(FILES.map((name) => [name, JSON.parse(readFileSync(sandbox.file(name), 'utf8'))]))
  const text = JSON.stringify(files, (key, value) => (key === 'holderIdentity' ? '' : value))
  writeFileSync(FIXTURE, gzipSync(text, { level: 9 }))
}

/** For a sandbox that has not begun. */
export function fillCluster(sandbox: OwnSandbox): void {
  const files = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString('utf8')) as Record<string, unknown>
  mkdirSync(dirname(sandbox.file('state.json')), { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(sandbox.file(name), JSON.stringify(content))
}
