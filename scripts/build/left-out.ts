/**
 * What client-node's KubeConfig brings along and kaito never calls: its generated API, and an HTTP client for that. They are two thirds of
 * its code and load six parts of Node more. A name that is not listed fails the build; a call says what it is.
 */
import type { Plugin } from 'rolldown'

const IMPORTER = /@kubernetes[\\/]client-node[\\/]dist[\\/]config\.js$/
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  undici: ['Agent', 'ProxyAgent'],
  './gen/index.js': ['ServerConfiguration', 'createConfiguration'],
  './middleware.js': ['setHeaderMiddleware'],
}
const PREFIX = '\0left-out:'

export function leftOut(): Plugin {
  return {
    name: 'left-out',
    resolveId(id, importer = '') {
      return id in UNUSED && IMPORTER.test(importer) ? PREFIX + id : undefined
    },
    load(id) {
      if (!id.startsWith(PREFIX)) return undefined
      const from = id.slice(PREFIX.length)
      const thrower = (name: string): string =>
        `export function ${name}() { throw new Error('kaito ships without ${name} of ${from}') }`
      return (UNUSED[from] ?? []).map(thrower).join('\n')
    },
  }
}
