/**
 * What takes milliseconds to load and what most commands never call is loaded at the first call: some parts of Node, in kaito's own
 * modules, in commander and in client-node; and the YAML parser, a file of its own, wherever no file of a user's is taken apart.
 */
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

/** Called, or made with `new`. What is imported and not listed fails the build. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['spawn', 'spawnSync', 'execSync'],
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID', 'timingSafeEqual'],
  'node:readline/promises': ['createInterface'],
  'node:zlib': ['gzipSync'],
  yaml: ['isMap', 'isScalar', 'LineCounter', 'parse', 'parseAllDocuments', 'parseDocument', 'stringify'],
}
const IMPORTERS = ['src/', 'node_modules/commander/', 'node_modules/@kubernetes/client-node/']
/** They call it in any case. */
const EAGER = /src[\\/]core[\\/]workspace[\\/]text[\\/](documents|locate)\.ts$/
const [PREFIX, YAML_FILE] = ['\0lazy:', './yaml.cjs']

export function lazyModules(root: string): Plugin {
  const folders = IMPORTERS.map((folder) => join(root, folder))
  return {
    name: 'lazy-modules',
    resolveId(id, importer = '') {
      if (id === YAML_FILE) return { id, external: true }
      const isLazy = id in CALLED && !EAGER.test(importer) && folders.some((folder) => importer.startsWith(folder))
      return isLazy ? PREFIX + id : undefined
    },
    load: (id) => (id.startsWith(PREFIX) ? callers(id.slice(PREFIX.length)) : undefined),
  }
}

function callers(id: string): string {
  const names = CALLED[id] ?? []
  const load = id === 'yaml' ? `require('${YAML_FILE}')` : `process.getBuiltinModule('${id}')`
  return [
    `const load = () => ${load}`,
    ...names.map(
      (name) =>
        `export function ${name}(...args) { return new.target ? new (load().${name})(...args) : load().${name}(...args) }`,
    ),
    `export default { ${names.join(', ')} }`,
  ].join('\n')
}
