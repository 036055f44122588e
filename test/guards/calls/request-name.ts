/** What a request is called, so that the same request of another run has the same name. */

interface Asked {
  api: 'kube' | 'arm'
  method: string
  url: string
  body: string
}

/** Of the query, what changes what a request does or how much it reads. */
const TOLD = ['dryRun', 'fieldManager', 'fieldSelector', 'follow', 'force', 'labelSelector', 'previous', 'watch']
/** What differs from one run to the next, and what says nothing. */
const VARIABLE: readonly [RegExp, string][] = [
  [/^\/sandbox-[\w-]+/, ''],
  [/^\/subscriptions\/.*?\/Microsoft.ContainerService\//, ''],
  [/agentPools\/[a-z0-9]+/, 'agentPools/POOL'],
  [/operation(s|results)\/[0-9a-f-]{36}/, 'operation$1/ID'],
  [/-[a-z0-9]{10}-[a-z0-9]{5}(?=\/|$)/, '-HASH-POD'],
  [/applyset-[\w-]+/, 'applyset-ID'],
  [/\b(ten|crowd)-\d+/g, '$1-N'],
]

/** `METHOD path?query`, and what a write to a Lease is for. */
export function nameOf({ api, method, url, body }: Asked): string {
  const { pathname, searchParams } = new URL(url, 'http://any')
  const query = TOLD.flatMap((key) => (searchParams.has(key) ? [`${key}=${searchParams.get(key)}`] : []))
  const whole = `${decodeURIComponent(pathname)}${query.length === 0 ? '' : `?${query.join('&')}`}`
  const path = VARIABLE.reduce((kept, [pattern, word]) => kept.replace(pattern, word), whole)
  const name = `${method} ${api === 'arm' ? 'arm:' : ''}${path}`
  return method === 'PUT' && path.includes('/leases/') ? `${name} (${leaseWrite(body)})` : name
}

/** A holder that renews says when it took the Lease, and since then a later time. */
function leaseWrite(body: string): 'take' | 'renew' | 'release' {
  const { spec = {} } = JSON.parse(body) as {
    spec?: { holderIdentity?: string; acquireTime?: string; renewTime?: string }
  }
  if (!spec.holderIdentity) return 'release'
  return spec.acquireTime === spec.renewTime ? 'take' : 'renew'
}

/** How often these come is told by the clock: looks at an operation that goes on, renewals of the lock. */
export function isTimed(name: string): boolean {
  return /^GET arm:.*\/operation(s|results)\//.test(name) || name.endsWith('(renew)')
}

export type Sort = 'read' | 'watch' | 'dry run' | 'review' | 'write' | 'cloud'

/** Reviews ask and store nothing. A question to the engine, through a Service, is no write either. */
export function sortOf(name: string): Sort {
  if (name.includes(' arm:')) return 'cloud'
  if (name.includes('watch=true')) return 'watch'
  if (name.includes('dryRun=All')) return 'dry run'
  if (/\/selfsubject\w+reviews$/.test(name)) return 'review'
  return name.startsWith('GET ') || name.includes('/proxy/') ? 'read' : 'write'
}

/** Where to kill: what changes the cluster or the cloud, the n-th of its name. */
export function killPointsOf(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.filter(changes).map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return `${name} #${count}`
  })
}

function changes(name: string): boolean {
  const sort = sortOf(name)
  return !isTimed(name) && (sort === 'write' || (sort === 'cloud' && !name.startsWith('GET ')))
}
