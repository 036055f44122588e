/** What a URL of the API server asks for. */
import type { KindRow } from '#core/objects/kinds.ts'
import { STORED } from '../store/kinds.ts'

export interface Target {
  row: KindRow
  namespace?: string
  name?: string
  /** `status`, `log`, `portforward`, `proxy`, … */
  subresource?: string
  /** Behind `proxy`: the path that the pod or Service is asked. */
  rest: string
}

/** Undefined: no path of a kind that the sandbox has. */
export function parsePath(path: string): Target | undefined {
  const parts = path.split('/').filter((part) => part !== '')
  const apiVersion = parts[0] === 'api' ? parts[1] : parts[0] === 'apis' ? `${parts[1]}/${parts[2]}` : undefined
  if (apiVersion === undefined) return undefined
  const below = parts.slice(parts[0] === 'api' ? 2 : 3)
  // `namespaces/x` is the object; `namespaces/x/pods` is what lies in it.
  const isScoped = below[0] === 'namespaces' && below.length > 2 && below[2] !== 'status' && below[2] !== 'finalize'
  const namespace = isScoped ? decodeURIComponent(below[1] ?? '') : undefined
  const [plural, name, subresource, ...rest] = isScoped ? below.slice(2) : below
  const row = STORED.find((each) => each.apiVersion === apiVersion && each.plural === plural)
  if (row === undefined) return undefined
  return {
    row,
    rest: `/${rest.join('/')}`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
    ...(subresource === undefined ? {} : { subresource }),
  }
}
