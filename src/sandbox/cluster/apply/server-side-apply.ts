/**
 * Server-side apply and the ownership of fields, as sigs.k8s.io/structured-merge-diff does it for the kinds of the sandbox.
 * Approximated: fields that no schema knows are taken as maps and atomic lists.
 */

import { KINDS } from '#core/objects/kinds.ts'
import { isMap, type Json, type JsonObject, type KubeObject } from '#core/objects/kube-object.ts'
import {
  type FieldSet,
  formatPath,
  fromFieldsV1,
  isEqual,
  leavesOf,
  setOf,
  toFieldsV1,
  valueAt,
  without,
} from './paths.ts'
import { itemKey, listTypeOf } from './schema.ts'

interface Conflict {
  manager: string
  field: string
}

export type Applied =
  | { outcome: 'ok'; object: KubeObject }
  | { outcome: 'conflict'; conflicts: Conflict[]; message: string }

interface Entry {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time: string
  fieldsType: 'FieldsV1'
  fieldsV1: JsonObject
  subresource?: string
}

/** Of the object itself; nobody owns them. */
const IDENTITY: readonly string[] = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]

/** @param live undefined: it is made. */
export function applyServerSide(
  live: KubeObject | undefined,
  given: KubeObject,
  { manager, force, now }: { manager: string; force: boolean; now: string },
): Applied {
  const applied = asStored(given)
  const wanted = ownable(applied)
  const entries = entriesOf(live)
  const mine = entries.find((e) => e.manager === manager && e.operation === 'Apply' && e.subresource === undefined)
  const others = entries.filter((entry) => entry !== mine)
  const disputed = others.map((entry) => ({
    entry,
    fields: disputes(fromFieldsV1(entry.fieldsV1), wanted, live, applied),
  }))
  const conflicts = disputed.flatMap(({ entry, fields }) =>
    [...fields.values()].map((path) => ({ manager: nameOf(entry), field: formatPath(path) })),
  )
  if (conflicts.length > 0 && !force) return { outcome: 'conflict', conflicts, message: messageOf(conflicts) }
  const kept = disputed.flatMap(({ entry, fields }) => withoutFields(entry, fields, now))
  let object = merge(live, applied)
  const elsewhere = kept.map(({ fieldsV1 }) => fromFieldsV1(fieldsV1))
  for (const [key, path] of fromFieldsV1(mine?.fieldsV1)) {
    if (wanted.has(key) || elsewhere.some((set) => isHeld(set, key, path))) continue
    object = without(object, path) as KubeObject
  }
  const fieldsV1 = toFieldsV1(wanted)
  const isSameSet = mine !== undefined && isEqual(mine.fieldsV1, fieldsV1)
  const isUnchanged = live !== undefined && isSameSet && isEqual(bare(live), bare(object))
  if (isUnchanged && conflicts.length === 0) return { outcome: 'ok', object: live }
  const own: Entry = {
    manager,
    operation: 'Apply',
    apiVersion: applied.apiVersion,
    time: now,
    fieldsType: 'FieldsV1',
    fieldsV1,
  }
  return { outcome: 'ok', object: withEntries(object, [...kept, own]) }
}

/** Who owns what after a plain create, update or patch: the fields that changed go to whoever changed them. */
export function trackUpdate(
  before: KubeObject | undefined,
  given: KubeObject,
  { manager, now, subresource }: { manager: string; now: string; subresource?: string },
): KubeObject {
  const after = asStored(given)
  const [was, is] = [ownable(before), ownable(after)]
  const changed = setOf(
    [...is]
      .filter(([key, path]) => !was.has(key) || !isEqual(valueAt(before, path), valueAt(after, path)))
      .map(([, p]) => p),
  )
  const gone = [...was].filter(([key]) => !is.has(key)).map(([, path]) => path)
  const entries = entriesOf(before)
  if (changed.size === 0 && gone.length === 0 && before !== undefined) return withEntries(after, entries)
  const isMine = (e: Entry): boolean =>
    e.manager === manager && e.operation === 'Update' && e.subresource === subresource
  const lost = setOf([...changed.values(), ...gone])
  const others = entries.filter((e) => !isMine(e)).flatMap((entry) => withoutFields(entry, lost, now))
  const mine = entries.find(isMine)
  const held = setOf([...fromFieldsV1(mine?.fieldsV1)].filter(([key]) => is.has(key)).map(([, path]) => path))
  const fields = setOf([...held.values(), ...changed.values()])
  const own: Entry = {
    manager,
    operation: 'Update',
    apiVersion: after.apiVersion,
    time: now,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource === undefined ? {} : { subresource }),
  }
  return withEntries(after, fields.size === 0 ? others : [...others, own])
}

/** stringData is written, never stored. */
function asStored(object: KubeObject): KubeObject {
  if (object.kind !== KINDS.secret.kind || !isMap(object['stringData'])) return object
  const { stringData, ...rest } = object as KubeObject & { stringData: JsonObject }
  const coded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
  return { ...rest, data: { ...(rest['data'] as JsonObject | undefined), ...Object.fromEntries(coded) } } as KubeObject
}

/** What of an object can be owned: everything but its identity and its status. */
function ownable(object: KubeObject | undefined): FieldSet {
  if (object === undefined) return new Map()
  const { metadata, apiVersion: _version, kind: _kind, status: _status, ...rest } = object
  const meta = Object.fromEntries(Object.entries(metadata).filter(([key]) => !IDENTITY.includes(key)))
  const whole = Object.keys(meta).length === 0 ? rest : { ...rest, metadata: meta }
  return setOf(leavesOf(whole, '').filter((path) => path.length > 0))
}

/** What another owns and this apply sets to something else. */
function disputes(theirs: FieldSet, wanted: FieldSet, live: KubeObject | undefined, applied: KubeObject): FieldSet {
  const both = [...wanted].filter(([key, path]) => path.at(-1) !== '.' && theirs.has(key))
  return setOf(both.filter(([, path]) => !isEqual(valueAt(live, path), valueAt(applied, path))).map(([, path]) => path))
}

/** Owned by it, or an item that it owns something in. */
function isHeld(set: FieldSet, key: string, path: readonly string[]): boolean {
  if (set.has(key)) return true
  if (path.at(-1) !== '.') return false
  const item = path.slice(0, -1)
  return [...set.values()].some((each) => item.every((step, index) => each[index] === step))
}

/** The same entry when it loses nothing; none when it loses everything. */
function withoutFields(entry: Entry, lost: FieldSet, now: string): Entry[] {
  const fields = fromFieldsV1(entry.fieldsV1)
  const left = setOf([...fields].filter(([key]) => !lost.has(key)).map(([, path]) => path))
  if (left.size === fields.size) return [entry]
  return left.size === 0 ? [] : [{ ...entry, time: now, fieldsV1: toFieldsV1(left) }]
}

function merge(live: KubeObject | undefined, applied: KubeObject): KubeObject {
  const { status: _status, ...given } = applied
  if (live === undefined) return given as KubeObject
  const { resourceVersion: _version, managedFields: _managed, uid: _uid, ...metadata } = given.metadata
  return mergeValue(live as unknown as Json, { ...given, metadata } as unknown as Json, '') as unknown as KubeObject
}

function mergeValue(live: Json | undefined, applied: Json, field: string): Json {
  if (Array.isArray(applied)) {
    const type = listTypeOf(field, applied)
    if (!Array.isArray(live) || type.type === 'atomic') return applied
    if (type.type === 'set') return [...live, ...applied.filter((each) => !live.some((known) => isEqual(known, each)))]
    const { keys } = type
    const keyed = new Map(live.map((item) => [itemKey(item, keys), item]))
    // The order of the apply, and behind it what others have put there.
    const mine = applied.map((item) => mergeValue(keyed.get(itemKey(item, keys)), item, ''))
    const names = new Set(applied.map((item) => itemKey(item, keys)))
    return [...mine, ...live.filter((item) => !names.has(itemKey(item, keys)))]
  }
  if (!isMap(applied) || !isMap(live) || isAtomic(field)) return applied
  const merged: JsonObject = { ...live }
  for (const [key, value] of Object.entries(applied)) merged[key] = mergeValue(live[key], value, key)
  return merged
}

function isAtomic(field: string): boolean {
  return leavesOf({ a: 1 }, field).every((path) => path.length === 0)
}

function entriesOf(object: KubeObject | undefined): Entry[] {
  return (object?.metadata.managedFields ?? []) as unknown as Entry[]
}

function withEntries(object: KubeObject, entries: readonly Entry[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, managedFields: entries as unknown as JsonObject[] } }
}

function bare({ metadata, ...rest }: KubeObject): unknown {
  const { managedFields: _managed, resourceVersion: _version, ...meta } = metadata
  return { ...rest, metadata: meta }
}

/** `"kubectl-edit" using apps/v1`, with the subresource when it came through one. */
function nameOf({ manager, apiVersion, subresource }: Entry): string {
  return `"${manager}"${subresource === undefined ? '' : ` with subresource "${subresource}"`} using ${apiVersion}`
}

function messageOf(conflicts: readonly Conflict[]): string {
  const [first] = conflicts
  if (conflicts.length === 1) return `Apply failed with 1 conflict: conflict with ${first?.manager}: ${first?.field}`
  const by = Map.groupBy(conflicts, ({ manager }) => manager)
  const parts = [...by].map(
    ([manager, each]) => `conflicts with ${manager}:\n${each.map(({ field }) => `- ${field}`).join('\n')}`,
  )
  return `Apply failed with ${conflicts.length} conflicts: ${parts.join('\n')}`
}
