/** The sandbox's files: for their owner's eyes, because they hold Secrets and a token, and in a folder that is nobody else's. */
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const FOR_OTHERS = 0o077

/** Makes it where it is missing. Throws when it is another user's: what stands in it would be believed. */
export function useOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!isOwn(folder)) throw new Error(`${folder} belongs to another user`)
  if ((statSync(folder).mode & FOR_OTHERS) !== 0) chmodSync(folder, 0o700)
}

/** False also where there is none. */
export function isOwn(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found !== undefined && (process.getuid === undefined || found.uid === process.getuid())
}

/** Whole or not at all. What lies in its way is replaced, and a link is not followed. */
export function writeWhole(file: string, value: unknown): void {
  useOwnFolder(dirname(file))
  const beside = `${file}.new`
  writeAnew(beside, typeof value === 'string' ? value : JSON.stringify(value))
  renameSync(beside, file)
}

export function writeAnew(file: string, content: string): void {
  rmSync(file, { force: true })
  writeFileSync(file, content, { mode: 0o600, flag: 'wx' })
}
