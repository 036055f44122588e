/** One rule from a workspace's name to a name that a Service and a Deployment may have. */
import { createHash } from 'node:crypto'
import type { Engines } from './engine-traits.ts'

/** Service names are DNS-1035 labels: at most 63 characters, starting with a letter. */
const MAX = 63
/** Room for what is appended to it: `-kaito-r` and a revision number. */
const ROOM = MAX - 14

/** What a workspace may be called where its name is chosen, and not that of a model: a DNS-1123 label. */
export const NAME_RULE = 'lower-case letters, digits and dashes, at most 63, starting and ending with a letter or digit'

export function isWorkspaceName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)
}

/** `llama-3.3-70b` → `llama-3-3-70b`. Two names that differ only in what is replaced stay apart only by their namespace. */
export function objectNameFor(name: string, { all }: Engines): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const started = /^[a-z]/.test(plain) ? plain : `m-${plain}`
  const cut = started.length <= ROOM ? started : `${started.slice(0, ROOM - 7).replace(/-+$/, '')}-${digest(name)}`
  // A Service gives its variables to every pod of the namespace, whoever has made it.
  return all.some(({ brokenByService }) => brokenByService === cut) ? `${cut}-server` : cut
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6)
}
