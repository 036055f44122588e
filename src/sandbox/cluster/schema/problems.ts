/** What an API server would say against an object, before any words: by the table of fields. */
import { isMap } from '#core/objects/kube-object.ts'
import { itemKey, listTypeOf } from '../apply/schema.ts'
import type { Field, Fields } from './fields.ts'

export type Problem =
  /** The object is not of its kind. */
  | { path: Path; what: 'unknown' }
  | { path: Path; what: 'mistyped'; expected: string; found: string }
  | { path: Path; what: 'quantity' }
  /** It is, and makes no sense. */
  | { path: Path; what: 'missing' }
  | { path: Path; what: 'unsupported'; value: string; supported: string[] }

/** A name, or the place and the key of an item. */
export type Path = readonly (string | { index: number; key: string })[]

/** Source: apimachinery resource.ParseQuantity. */
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/

export function problemsOf(value: unknown, fields: Fields): Problem[] {
  return [...inObject(value, fields, [])]
}

function* inObject(value: unknown, fields: Fields, path: Path): Generator<Problem> {
  if (!isMap(value)) return yield mistyped(path, 'map', value)
  const known = new Map(Object.entries(fields).map(([name, field]) => [name.replace('!', ''), field]))
  for (const [name, inner] of Object.entries(value)) {
    const field = known.get(name) ?? known.get('*')
    if (field === undefined) yield { path: [...path, name], what: 'unknown' }
    else if (!isAbsent(inner)) yield* inField(inner, field, [...path, name])
  }
  for (const name of Object.keys(fields)) {
    const plain = name.replace('!', '')
    if (plain === name || !isAbsent(value[plain])) continue
    yield* absent(fields[name], [...path, plain])
  }
}

/** Where something inside is required, that is what is missing. */
function* absent(field: Field | undefined, path: Path): Generator<Problem> {
  const isDeep = isMap(field) && Object.keys(field).some((name) => name.endsWith('!'))
  if (isDeep) yield* inObject({}, field as Fields, path)
  else yield { path, what: 'missing' }
}

function* inField(value: unknown, field: Field, path: Path): Generator<Problem> {
  if (typeof field === 'string') yield* inScalar(value, field, path)
  else if (!isList(field)) yield* inObject(value, field, path)
  else if (!Array.isArray(value)) yield mistyped(path, 'list', value)
  else
    for (const [index, item] of value.entries())
      yield* inField(item, field[0], [...path, { index, key: keyOf(path.at(-1), index, item, value) }])
}

function* inScalar(value: unknown, field: string, path: Path): Generator<Problem> {
  if (field === 'any') return
  if (field === 'quantity') {
    if (!QUANTITY.test(String(value))) yield { path, what: 'quantity' }
  } else if (field === 'int-or-string') {
    if (typeof value !== 'number' && typeof value !== 'string') yield mistyped(path, 'scalar', value)
  } else if (field.includes('|')) {
    const supported = field.split('|')
    if (typeof value !== 'string') yield mistyped(path, 'string', value)
    else if (!supported.includes(value)) yield { path, what: 'unsupported', value, supported }
  } else if (typeof value !== field) yield mistyped(path, field, value)
}

function mistyped(path: Path, expected: string, value: unknown): Problem {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return { path, what: 'mistyped', expected, found }
}

/** `name="engine"`; of a list that is owned as a whole, the place. */
function keyOf(name: Path[number] | undefined, index: number, item: unknown, all: readonly unknown[]): string {
  const list = typeof name === 'string' && isMap(item) ? listTypeOf(name, all) : undefined
  if (list?.type !== 'map') return String(index)
  const keys = JSON.parse(itemKey(item, list.keys).slice(2)) as object
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')
}

/** A server takes the empty value of a field for none. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function isList(field: Field): field is readonly [Field] {
  return Array.isArray(field)
}
