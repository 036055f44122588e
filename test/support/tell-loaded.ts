/** `node --import` of this file: at its end a program tells which of its own files it has loaded and which data it has read. */
import fs, { writeFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { sep } from 'node:path'

/** By path below `dist`; of data its size. */
export interface Loaded {
  code: string[]
  data: Record<string, number>
}

const DIST = `${sep}dist${sep}`
const DATA = `${DIST}data${sep}`
const data: Loaded['data'] = {}
const { readFileSync } = fs

fs.readFileSync = ((...args: Parameters<typeof readFileSync>) => {
  const read = readFileSync(...args)
  const [, path] = String(args[0]).split(DATA)
  if (path !== undefined) data[path] = read.length
  return read
}) as typeof readFileSync
syncBuiltinESMExports()

process.on('exit', () => {
  const code = Object.keys(createRequire(import.meta.url).cache).flatMap((path) => path.split(DIST)[1] ?? [])
  writeFileSync(process.env['KAITO_TELL_LOADED'] ?? '', JSON.stringify({ code, data } satisfies Loaded))
})
