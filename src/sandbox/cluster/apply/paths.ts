/** Sets of fields, as managedFields (FieldsV1) writes them: a path is a list of steps, `f:` field, `k:` item, `v:` value, `.` itself. */
import { isMap, type JsonObject } from '#core/objects/kube-object.ts'
import { isAtomicMap, itemKey, listTypeOf } from './schema.ts'

export type Path = readonly string[]

/** By the path's JSON text. */
export type FieldSet = Map<string, Path>

export function setOf(paths: Iterable<Path>): FieldSet {
  return new Map([...paths].map((path) => [JSON.stringify(path), path]))
}

/** Every leaf of a value. */
export function leavesOf(value: unknown, field: string, at: Path = []): Path[] {
  if (Array.isArray(value)) {
    const list = listTypeOf(field, value)
    if (list.type === 'atomic' || value.length === 0) return [at]
    if (list.type === 'set') return value.map((each) => [...at, `v:${JSON.stringify(each)}`])
    return value.flatMap((item) => {
      const path = [...at, itemKey(item, list.keys)]
      return [
        [...path, '.'],
        ...Object.entries(item as object).flatMap(([k, v]) => leavesOf(v, k, [...path, `f:${k}`])),
      ]
    })
  }
  if (!isMap(value) || isAtomicMap(field) || Object.keys(value).length === 0) return [at]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, key, [...at, `f:${key}`]))
}

export function toFieldsV1(set: FieldSet): JsonObject {
  const root: JsonObject = {}
  for (const path of [...set.values()].sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1))) {
    let here = root
    for (const step of path) {
      here[step] ??= {}
      here = here[step] as JsonObject
    }
  }
  return root
}

export function fromFieldsV1(fields: JsonObject | undefined): FieldSet {
  const walk = (tree: JsonObject, at: Path): Path[] =>
    Object.entries(tree).flatMap(([step, inner]) =>
      Object.keys(inner as JsonObject).length === 0 ? [[...at, step]] : walk(inner as JsonObject, [...at, step]),
    )
  return setOf(walk(fields ?? {}, []))
}

/** Undefined: nothing is there. */
export function valueAt(root: unknown, path: Path): unknown {
  let here = root
  let field = ''
  for (const step of path) {
    if (here === undefined || here === null) return undefined
    if (step === '.') return here
    const text = step.slice(2)
    if (step.startsWith('f:')) {
      here = isMap(here) ? here[text] : undefined
      field = text
    } else here = Array.isArray(here) ? here[indexOf(here, step, field)] : undefined
  }
  return here
}

function indexOf(list: readonly unknown[], step: string, field: string): number {
  if (step.startsWith('v:')) return list.findIndex((each) => JSON.stringify(each) === step.slice(2))
  const type = listTypeOf(field, list)
  return type.type === 'map' ? list.findIndex((item) => itemKey(item, type.keys) === step) : -1
}

/** A copy without what the path leads to; maps and lists that it leaves empty go with it. */
export function without(root: unknown, path: Path, field = ''): unknown {
  const [step = '', ...rest] = path
  if (path.length === 0 || step === '.') return undefined
  if (step.startsWith('f:')) {
    if (!isMap(root)) return root
    const key = step.slice(2)
    const { [key]: inner, ...others } = root
    const next = inner === undefined ? undefined : without(inner, rest, key)
    const isGone = next === undefined || (rest.length > 0 && isEmpty(next))
    return isGone ? others : { ...root, [key]: next }
  }
  if (!Array.isArray(root)) return root
  const index = indexOf(root, step, field)
  if (index < 0) return root
  const next = without(root[index], rest, '')
  return next === undefined ? root.filter((_, at) => at !== index) : root.with(index, next)
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0
}

/** `.spec.template.spec.containers[name="engine"].image`, as conflicts name fields. */
export function formatPath(path: Path): string {
  return path
    .filter((step) => step !== '.')
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`
      if (step.startsWith('v:')) return `[=${step.slice(2)}]`
      const keys = Object.entries(JSON.parse(step.slice(2)) as JsonObject)
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
    })
    .join('')
}

/** Compares without regard to the order of keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => isEqual(each, b[i]))
  if (!isMap(a) || !isMap(b)) return a === b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => isEqual(a[key], b[key]))
}
