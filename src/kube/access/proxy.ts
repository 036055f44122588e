/**
 * Which proxy leads to an API server: HTTPS_PROXY, HTTP_PROXY and NO_PROXY as kubectl reads them.
 * Source of the rules: golang.org/x/net/http/httpproxy (loopback never goes through a proxy).
 */
import { BlockList, isIP } from 'node:net'

/** Undefined: directly. */
export function proxyFor(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const url = new URL(server)
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const proxy = env[name] || env[name.toLowerCase()]
  if (!proxy) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (isLoopback(host)) return undefined
  const entries = (env['NO_PROXY'] || env['no_proxy'] || '').split(/[\s,]+/).filter((entry) => entry !== '')
  if (entries.some((entry) => isExcepted(host, port, entry.toLowerCase()))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** One entry of NO_PROXY: `*`, an address, a range, a name (and what lies below it), each with or without a port. */
function isExcepted(host: string, port: string, entry: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInRange(host, entry)
  if (isIP(entry) === 6) return host === entry
  const [, name = entry, onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (onlyPort !== undefined && onlyPort !== port) return false
  if (name.startsWith('.')) return host.endsWith(name)
  const domain = name.replace(/^\*\./, '')
  return host === domain || host.endsWith(`.${domain}`)
}

function isInRange(host: string, entry: string): boolean {
  const [net = '', bits = ''] = entry.split('/')
  const [version, of] = [isIP(net), isIP(host)]
  if (version === 0 || version !== of || !/^\d+$/.test(bits)) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  const range = new BlockList()
  range.addSubnet(net, Number(bits), family)
  return range.check(host, family)
}
