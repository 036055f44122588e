/**
 * Parts of Node that take milliseconds to load and that most commands never call: in kaito's own modules, in commander and in
 * client-node, they are loaded at the first call.
 */
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

const CALLED: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['spawn', 'spawnSync', 'execSync'],
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID', 'timingSafeEqual'],
  'node:readline/promises': ['createInterface'],
  'node:zlib': ['gzipSync'],
}
const PREFIX = '\0lazy:'

export function lazyBuiltins(root: string): Plugin {
  const own = ['src/', 'node_modules/commander/', 'node_modules/@kubernetes/client-node/'].map((folder) =>
    join(root, folder),
  )
  return {
    name: 'lazy-builtins',
    resolveId(id, importer) {
      return id in CALLED && own.some((folder) => importer?.startsWith(folder)) ? PREFIX + id : undefined
    },
    load(id) {
      if (!id.startsWith(PREFIX)) return undefined
      const builtin = id.slice(PREFIX.length)
      const names = CALLED[builtin] ?? []
      const called = names.map(
        (name) => `export const ${name} = (...args) => process.getBuiltinModule('${builtin}').${name}(...args)`,
      )
      return [...called, `export default { ${names.join(', ')} }`].join('\n')
    },
  }
}
