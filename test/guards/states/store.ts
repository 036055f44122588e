/** The objects of a state behind the questions of a client, with what the client is let write on top. */
import type { Body } from './state.ts'

export interface Target {
  apiVersion: string
  plural: string
  namespace?: string
  name?: string
  /** `log`, `portforward`, `proxy/…` */
  below: string
}

/** `/api/v1/namespaces/NS/pods/NAME/log` and the like. */
export function targetOf(path: string): Target | undefined {
  const [root, ...parts] = path.split('/').filter((part) => part !== '')
  if (root !== 'api' && root !== 'apis') return undefined
  const apiVersion = root === 'api' ? parts[0] : `${parts[0]}/${parts[1]}`
  const rest = parts.slice(root === 'api' ? 1 : 2)
  const isScoped = rest[0] === 'namespaces' && rest.length > 2
  const [plural = '', name, ...below] = isScoped ? rest.slice(2) : rest
  return {
    apiVersion: apiVersion ?? '',
    plural,
    below: below.join('/'),
    ...(isScoped ? { namespace: rest[1] ?? '' } : {}),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
  }
}

export class StateStore {
  readonly #objects: Map<string, Body>
  #version: number

  constructor(objects: readonly Body[]) {
    this.#objects = new Map(objects.map((object) => [keyOf(object), object]))
    this.#version = Math.max(0, ...objects.map(({ metadata }) => Number(metadata.resourceVersion ?? 0)))
  }

  get version(): string {
    return String(this.#version)
  }

  list(target: Target, labelSelector = ''): Body[] {
    return [...this.#objects.values()].filter((object) => isOf(object, target) && bears(object, labelSelector))
  }

  get(target: Target): Body | undefined {
    return this.list(target).find(({ metadata }) => metadata.name === target.name)
  }

  put(object: Body): Body {
    this.#version += 1
    const metadata = { uid: `00000000-0000-4000-8000-${this.version.padStart(12, '0')}`, ...object.metadata }
    const stored = { ...object, metadata: { ...metadata, resourceVersion: this.version } }
    this.#objects.set(keyOf(stored), stored)
    return stored
  }

  delete(object: Body): void {
    this.#objects.delete(keyOf(object))
  }
}

/** What a server-side apply comes to for one owner, who gives up nothing: maps are joined, lists with keys by their keys. */
export function merged<T>(live: T, applied: unknown): T {
  if (Array.isArray(live) && Array.isArray(applied)) {
    const key = KEYS.find((each) => [...live, ...applied].every((item) => isMap(item) && each in item))
    if (key === undefined) return applied as T
    const isIn = (items: readonly unknown[], one: unknown) => items.find((other) => at(other, key) === at(one, key))
    const rest = live.filter((item) => isIn(applied, item) === undefined)
    return [...applied.map((item) => merged(isIn(live, item), item)), ...rest] as T
  }
  if (!isMap(live) || !isMap(applied)) return applied as T
  const entries = Object.entries(applied).map(([key, value]) => [key, merged(live[key], value)])
  return { ...live, ...Object.fromEntries(entries) }
}

const KEYS = ['name', 'containerPort', 'port', 'mountPath', 'key', 'uid', 'topologyKey']

function at(item: unknown, key: string): unknown {
  return (item as Record<string, unknown>)[key]
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keyOf({ apiVersion, kind, metadata }: Body): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join('/')
}

function isOf({ apiVersion, kind, metadata }: Body, target: Target): boolean {
  const isKind = apiVersion === target.apiVersion && pluralOf(kind) === target.plural
  return isKind && (target.namespace === undefined || metadata.namespace === target.namespace)
}

function pluralOf(kind: string): string {
  const word = kind.toLowerCase()
  return word.endsWith('s') ? word : word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`
}

/** `a=b,c`: the forms that kaito asks in. */
function bears({ metadata: { labels = {} } }: Body, selector: string): boolean {
  return selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [key = '', value] = part.split('=')
      return value === undefined ? key in labels : labels[key] === value
    })
}
