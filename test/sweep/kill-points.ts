/** The requests of a command as places to kill it at: method, path, and which of the like. No place depends on the order. */
import type { Interceptor, Seen } from '../cluster/suite/interceptor.ts'

/** What one run differs from the next in. */
const VARIABLE: readonly [RegExp, string][] = [
  [/^\/sandbox-[\w-]+/, ''],
  [/^\/subscriptions\/.*(?=\/providers\/Microsoft\.ContainerService\/)/, 'arm:'],
  [/(?<=\/namespaces\/)[^/?]+/, 'NS'],
  [/mistral-7b-[a-z0-9]{10}-[a-z0-9]{5}/, 'POD'],
  [/(?<=\/agentPools\/)[^/?]+/, 'POOL'],
  [/aks-\w+-\w+-vmss\w+/, 'NODE'],
  [/(?<=\/operations\/)[^/?]+/, 'OPERATION'],
]

/** Of the query, only what makes it another request. */
const TELLING = ['watch', 'dryRun']

/** They change nothing, whatever their method. */
const HARMLESS = /^GET |dryRun|\/selfsubjectaccessreviews /

/** `PATCH /apis/apps/v1/namespaces/NS/deployments/mistral-7b`. */
function nameOf({ method, url }: Seen): string {
  const { pathname, searchParams } = new URL(url, 'http://any')
  const path = VARIABLE.reduce((text, [pattern, word]) => text.replace(pattern, word), pathname)
  const query = TELLING.filter((key) => searchParams.has(key)).map((key) => `${key}=${searchParams.get(key)}`)
  return `${method} ${path}${query.length > 0 ? `?${query.join('&')}` : ''}`
}

/** Gives each request its name; a second one of the same name is `#2`. */
function numbering(): (seen: Seen) => string {
  const [counts, given] = [new Map<string, number>(), new WeakMap<Seen, string>()]
  return (seen) => {
    const known = given.get(seen)
    if (known !== undefined) return known
    const name = nameOf(seen)
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    given.set(seen, `${name} #${count}`)
    return `${name} #${count}`
  }
}

/** How the command finds its sandbox is not part of what it does there. */
const isTold = ({ url }: Seen): boolean => !url.startsWith('/_sandbox/')

/** Notes the places that a run passes, until the function that comes back is called. */
export function recordPoints(interceptor: Interceptor): () => string[] {
  const [name, points] = [numbering(), new Set<string>()]
  interceptor.reset()
  interceptor.use({
    before(seen) {
      if (isTold(seen)) points.add(name(seen))
      return false
    },
  })
  return () => {
    interceptor.reset()
    return [...points]
  }
}

/** Where the first change is made. What comes before it leaves nothing behind. */
export function firstChange(points: readonly string[]): number {
  return points.findIndex((point) => !HARMLESS.test(point))
}

/** `before`: it has left the command and reaches no server. `after`: the server has committed, the command never hears. */
export type When = 'before' | 'after'

/** Calls `strike` at `point`; from then on nothing passes in either direction. */
export function armPoint(interceptor: Interceptor, point: string, when: When, strike: () => void): () => boolean {
  const name = numbering()
  let isStruck = false
  const swallows = (moment: When) => (seen: Seen) => {
    const isHere = name(seen) === point && moment === when
    if (isHere && !isStruck) {
      isStruck = true
      strike()
    }
    return isStruck
  }
  interceptor.reset()
  interceptor.use({ before: swallows('before'), after: swallows('after') })
  return () => {
    interceptor.reset()
    return isStruck
  }
}
