/**
 * How lists and maps of the built-in kinds are owned: item by item, or as a whole.
 * Source: x-kubernetes-list-type, -list-map-keys and -map-type in the OpenAPI of Kubernetes 1.36.
 */

const ITEM_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  ownerReferences: ['uid'],
  conditions: ['type'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  hostAliases: ['ip'],
}
const SETS: readonly string[] = ['finalizers']
/** Owned as one value, although they are maps. */
const ATOMIC_MAPS: readonly string[] = [
  'selector',
  'nodeSelector',
  'labelSelector',
  'fieldRef',
  'secretKeyRef',
  'configMapKeyRef',
]
const PORTS: readonly (readonly string[])[] = [
  ['containerPort', 'protocol'],
  ['port', 'protocol'],
]
/** A key that an item may leave out. */
const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: 'TCP' }

export type ListType = { type: 'atomic' } | { type: 'set' } | { type: 'map'; keys: readonly string[] }

export function listTypeOf(field: string, items: readonly unknown[]): ListType {
  if (SETS.includes(field)) return { type: 'set' }
  if (field === 'ports') {
    const [first] = items as Record<string, unknown>[]
    const keys = PORTS.find(([key = '']) => first !== undefined && key in first)
    return keys === undefined ? { type: 'atomic' } : { type: 'map', keys }
  }
  const keys = ITEM_KEYS[field]
  return keys === undefined ? { type: 'atomic' } : { type: 'map', keys }
}

export function isAtomicMap(field: string): boolean {
  return ATOMIC_MAPS.includes(field)
}

/** `k:{"name":"engine"}`. */
export function itemKey(item: unknown, keys: readonly string[]): string {
  const map = item as Record<string, unknown>
  const pairs = [...keys].sort().map((key) => [key, map[key] ?? KEY_DEFAULTS[key]])
  return `k:${JSON.stringify(Object.fromEntries(pairs))}`
}
