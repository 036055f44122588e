/** What the API server says it has, for kubectl, which asks before anything else. */
import { STORED } from '../store/kinds.ts'

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

/** @param path `/api`, `/apis`, `/api/v1` or `/apis/GROUP/VERSION`; undefined: none of them. */
export function discover(path: string): object | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() }
  const groupVersion = /^\/api\/(v1)$/.exec(path)?.[1] ?? /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1]
  const rows = STORED.filter(({ apiVersion }) => apiVersion === groupVersion)
  if (rows.length === 0) return undefined
  const resources = rows.map(({ kind, plural, isNamespaced, shortName, isInAll }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced,
    kind,
    verbs: VERBS,
    ...(shortName === undefined ? {} : { shortNames: [shortName] }),
    ...(isInAll ? { categories: ['all'] } : {}),
  }))
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function groups(): object[] {
  const named = new Set(STORED.map(({ apiVersion }) => apiVersion).filter((apiVersion) => apiVersion.includes('/')))
  return [...named].map((groupVersion) => {
    const [name = '', version = ''] = groupVersion.split('/')
    const only = { groupVersion, version }
    return { name, versions: [only], preferredVersion: only }
  })
}
