/** Create, apply, replace, patch and delete: what is checked, what the server fills in, what is stored. */

import { KINDS, type KindRow } from '#core/objects/kinds.ts'
import { isMap, type JsonObject, type KubeObject } from '#core/objects/kube-object.ts'
import { applyServerSide, trackUpdate } from '../apply/server-side-apply.ts'
import { now, type ObjectStore } from '../store/objects.ts'
import { addressed, checkName, checkNamespace } from './address.ts'
import { admitted } from './admission.ts'
import { alreadyExists, invalidField, moved, notFound, Refusal, statusAnswer } from './answer.ts'
import { withDefaults } from './defaults.ts'
import type { Target } from './path.ts'
import { checkApplied, checkDecoded, checkSense } from './validation.ts'

export interface Written {
  status: number
  object: KubeObject
}

export interface WriteOptions {
  manager: string
  isDryRun: boolean
  /** Of an apply. */
  force?: boolean
  /** Unknown fields are refused; an apply refuses them always. */
  isStrict?: boolean
}

export function create(store: ObjectStore, target: Target, body: KubeObject, options: WriteOptions): Written {
  const { row } = target
  const object = addressed(target, body)
  checkDecoded(row, object, options.isStrict === true)
  checkName(object, row)
  checkNamespace(store, object, row)
  if (find(store, row, object) !== undefined) throw alreadyExists(row, object.metadata.name)
  const whole = filledIn(undefined, withoutStatus(object, row))
  checkSense(row, whole)
  const filled = admitted(store, row, whole)
  const made = trackUpdate(undefined, filled, {
    manager: options.manager,
    now: now(),
  })
  return { status: 201, object: stored(store, made, options) }
}

export function replace(store: ObjectStore, target: Target, body: KubeObject, options: WriteOptions): Written {
  const object = addressed(target, body)
  checkDecoded(target.row, object, options.isStrict === true)
  const live = existing(store, target)
  checkVersion(target.row, live, object.metadata)
  return { status: 200, object: update(store, target, live, object, options) }
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

/** Who names a version writes over no other. */
function checkVersion(
  row: KindRow,
  live: KubeObject,
  { resourceVersion = '' }: { resourceVersion?: string } = {},
): void {
  if (resourceVersion !== '' && resourceVersion !== live.metadata.resourceVersion)
    throw moved(row, live.metadata.name, MODIFIED)
}

/** RFC 7396. */
export function mergePatch(store: ObjectStore, target: Target, patch: JsonObject, options: WriteOptions): Written {
  const live = existing(store, target)
  checkVersion(target.row, live, patch['metadata'] as { resourceVersion?: string } | undefined)
  const object = merge(live as unknown as JsonObject, patch) as unknown as KubeObject
  return { status: 200, object: update(store, target, live, object, options) }
}

export function apply(store: ObjectStore, target: Target, body: KubeObject, options: WriteOptions): Written {
  const { row } = target
  const object = addressed(target, body)
  checkApplied(row, object)
  checkName(object, row)
  checkNamespace(store, object, row)
  const live = find(store, row, object)
  const { uid } = object.metadata
  if (uid !== undefined && uid !== live?.metadata.uid)
    throw invalidField(row, object.metadata.name, 'metadata.uid', `Invalid value: "${uid}": field is immutable`)
  if (live !== undefined) checkVersion(row, live, object.metadata)
  const { manager, force = false } = options
  const applied = applyServerSide(live, object, { manager, force, now: now() })
  if (applied.outcome === 'conflict') {
    const causes = applied.conflicts.map(({ manager: other, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${other}`,
      field,
    }))
    throw new Refusal(statusAnswer(409, 'Conflict', applied.message, { causes }))
  }
  if (live !== undefined) checkImmutable(row, live, applied.object)
  const whole = filledIn(live, applied.object)
  checkSense(row, whole)
  const filled = live === undefined ? admitted(store, row, whole) : whole
  return { status: live === undefined ? 201 : 200, object: stored(store, filled, options) }
}

/** Pods get their grace period; everything else goes at once, and the collector takes what it owned. */
export function remove(
  store: ObjectStore,
  target: Target,
  body: JsonObject | undefined,
  query: URLSearchParams,
): Written {
  const live = existing(store, target)
  const { row } = target
  const { uid, resourceVersion } = (body?.['preconditions'] ?? {}) as { uid?: string; resourceVersion?: string }
  if (uid !== undefined && uid !== live.metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${live.metadata.uid}). The object might have been deleted and then recreated`
    throw moved(row, live.metadata.name, `Precondition failed: UID in precondition: ${uid}, ${why}`)
  }
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${live.metadata.resourceVersion}). The object might have been modified`
    throw moved(row, live.metadata.name, `Precondition failed: ${why}`)
  }
  if (query.get('dryRun') === 'All') return { status: 200, object: live }
  const asked = query.get('gracePeriodSeconds') ?? (body?.['gracePeriodSeconds'] as number | undefined)
  const spec = live['spec'] as { terminationGracePeriodSeconds?: number; nodeName?: string } | undefined
  const isGraceful = row === KINDS.pod && spec?.nodeName !== undefined && Number(asked ?? 1) > 0
  if (!isGraceful && row !== KINDS.namespace) {
    store.remove(live)
    return { status: 200, object: live }
  }
  if (live.metadata.deletionTimestamp !== undefined) return { status: 200, object: live }
  const seconds = Number(asked ?? spec?.terminationGracePeriodSeconds ?? 30)
  const metadata = { ...live.metadata, deletionTimestamp: now(), deletionGracePeriodSeconds: seconds }
  const status = row === KINDS.namespace ? { status: { phase: 'Terminating' } } : {}
  return { status: 200, object: store.put({ ...live, ...status, metadata }) }
}

function update(
  store: ObjectStore,
  target: Target,
  live: KubeObject,
  object: KubeObject,
  options: WriteOptions,
): KubeObject {
  const { row, subresource } = target
  if (subresource === undefined) checkImmutable(row, live, object)
  // Each side of an object is written through its own door.
  const next: KubeObject =
    subresource === 'status'
      ? { ...live, status: object['status'] }
      : { ...object, ...('status' in live ? { status: live['status'] } : {}) }
  const kept = { ...next.metadata, uid: live.metadata.uid, creationTimestamp: live.metadata.creationTimestamp }
  const whole = { ...next, metadata: { ...kept, managedFields: live.metadata.managedFields } } as KubeObject
  const filled = filledIn(live, whole)
  if (subresource === undefined) checkSense(row, filled)
  const tracked = trackUpdate(live, filled, {
    manager: options.manager,
    now: now(),
    ...(subresource === undefined ? {} : { subresource }),
  })
  return stored(store, tracked, options)
}

/** With what a server adds: defaults, and a generation that grows with the spec. */
function filledIn(live: KubeObject | undefined, object: KubeObject): KubeObject {
  const whole = withDefaults(object)
  const isNew = live === undefined
  const isChanged = JSON.stringify(live?.['spec']) !== JSON.stringify(whole['spec'])
  const before = live?.metadata.generation ?? 0
  return { ...whole, metadata: { ...whole.metadata, generation: isNew || isChanged ? before + 1 : before } }
}

function stored(store: ObjectStore, object: KubeObject, { isDryRun }: WriteOptions): KubeObject {
  if (!isDryRun) return store.put(object)
  const { resourceVersion = String(store.version) } = object.metadata
  return { ...object, metadata: { ...object.metadata, resourceVersion } }
}

function checkImmutable(row: KindRow, live: KubeObject, next: KubeObject): void {
  const selectors = [live, next].map((o) => (o['spec'] as { selector?: unknown } | undefined)?.selector)
  if (row !== KINDS.deployment || JSON.stringify(selectors[0]) === JSON.stringify(selectors[1])) return
  throw invalidField(
    row,
    live.metadata.name,
    'spec.selector',
    `Invalid value: ${JSON.stringify(selectors[1])}: field is immutable`,
  )
}

export function existing(store: ObjectStore, { row, namespace, name = '' }: Target): KubeObject {
  const live = store.get(row, namespace, name)
  if (live === undefined) throw notFound(row, name)
  return live
}

function find(store: ObjectStore, row: KindRow, { metadata }: KubeObject): KubeObject | undefined {
  return store.get(row, metadata.namespace, metadata.name)
}

/** Only what a kubelet or a cloud reports about a Node, a Pod or a claim comes in with the object itself. */
function withoutStatus(object: KubeObject, { kind }: KindRow): KubeObject {
  if (kind === KINDS.node.kind) return object
  const { status: _status, ...rest } = object
  return rest as KubeObject
}

function merge(before: JsonObject, patch: JsonObject): JsonObject {
  const after: JsonObject = { ...before }
  for (const [key, value] of Object.entries(patch)) {
    const inner = after[key]
    if (value === null) delete after[key]
    else if (isMap(value)) after[key] = merge(isMap(inner) ? inner : {}, value)
    else after[key] = value
  }
  return after
}
