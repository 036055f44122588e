/**
 * Parts of Node that take milliseconds to load and that most commands never call: in kaito's own modules, and in commander, they are
 * loaded at the first call.
 */
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

const CALLED: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['spawn'],
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID', 'timingSafeEqual'],
  'node:readline/promises': ['createInterface'],
}
const PREFIX = '\0lazy:'

export function lazyBuiltins(root: string): Plugin {
  const own = [join(root, 'src/'), join(root, 'node_modules/commander/')]
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
