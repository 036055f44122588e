/** How kaito 0.1.0 bent a workspace's name without a word: what it deployed is found, and goes on, under what it came to. */
import { createHash } from 'node:crypto'
import type { Engines } from './engine-traits.ts'

const ROOM = 49

export function bentName(name: string, { all }: Engines): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const started = /^[a-z]/.test(plain) ? plain : `m-${plain}`
  const cut = started.length <= ROOM ? started : `${started.slice(0, ROOM - 7).replace(/-+$/, '')}-${digest(name)}`
  return all.some(({ brokenByService }) => brokenByService === cut) ? `${cut}-server` : cut
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6)
}
