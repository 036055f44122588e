/** What applying would change, asked of the API server itself: a server-side dry run, compared with what is there. */

import { stringify } from 'yaml'
import type { ChangeKind } from '#core/events.ts'
import { canonicalJson } from '#core/objects/canonical-json.ts'
import { KINDS } from '#core/objects/kinds.ts'
import { type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { FIELD_MANAGER, type KubePort } from '../cluster.ts'
import { isScaledByOthers, replicasOf, withoutReplicas } from './replicas-owner.ts'
import { diffLines } from './text-diff.ts'

export interface PlannedChange {
  ref: ObjectRef
  /** As it is to be applied: without what an autoscaler owns by now. */
  object: KubeObject
  change: Extract<ChangeKind, 'created' | 'configured' | 'unchanged'>
  live: KubeObject | undefined
  /** Its pod template becomes another: pods that run are replaced. */
  replacesPods: boolean
  /** Unified, Secret values masked; absent when unchanged. */
  diff?: string
}

interface ChangeOptions {
  signal: AbortSignal
  /** Take over other managers' fields. Without it a conflict is thrown here, before anything is changed. */
  force: boolean
  /** Leave `replicas` to an autoscaler that has set it; false when the user said how many. */
  leaveReplicas: boolean
}

export async function planChanges(
  kube: KubePort,
  objects: readonly KubeObject[],
  options: ChangeOptions,
): Promise<PlannedChange[]> {
  return Promise.all(objects.map((object) => planChange(kube, object, options)))
}

async function planChange(
  kube: KubePort,
  given: KubeObject,
  { signal, force, leaveReplicas }: ChangeOptions,
): Promise<PlannedChange> {
  const ref = refOf(given)
  const lookup = kube.get(ref, signal)
  // Only of what has replicas must be known what is there before the server is asked about it.
  const isShared = leaveReplicas && replicasOf(given) !== undefined && isScaledByOthers(await lookup, FIELD_MANAGER)
  const object = isShared ? withoutReplicas(given) : given
  const [live, wanted] = await Promise.all([lookup, kube.apply(object, { signal, dryRun: true, force })])
  if (live === undefined)
    return {
      ref,
      object,
      change: 'created',
      live,
      replacesPods: false,
      diff: diffLines('', textOf(shownNew(object, wanted)), `${ref.kind}/${ref.name}`),
    }
  const [before, after] = object.kind === KINDS.secret.kind ? masked(live, wanted) : [live, wanted]
  const diff = diffLines(textOf(before), textOf(after), `${ref.kind}/${ref.name}`)
  if (diff === '') return { ref, object, change: 'unchanged', live, replacesPods: false }
  return { ref, object, change: 'configured', live, replacesPods: templateOf(live) !== templateOf(wanted), diff }
}

/** As text; empty for what makes no pods. */
function templateOf(object: KubeObject): string {
  return canonicalJson((object as { spec?: { template?: unknown } }).spec?.template ?? '')
}

/** A new Secret's text has its keys and no values. */
function shownNew(object: KubeObject, wanted: KubeObject): KubeObject {
  if (object.kind !== KINDS.secret.kind) return object
  const { stringData: _s, ...rest } = object as KubeObject & { stringData?: unknown }
  return masked({ ...rest, data: {} } as KubeObject, { ...rest, data: valuesOf(wanted) } as KubeObject)[1]
}

/** The object as text, without what the server keeps for itself. */
function textOf(object: KubeObject): string {
  const { status: _status, metadata, ...rest } = object
  const { managedFields: _m, resourceVersion: _r, generation: _g, uid: _u, creationTimestamp: _c, ...kept } = metadata
  const shown = { ...rest, metadata: kept }
  return stringify(shown, { sortMapEntries: true, lineWidth: 0 })
}

/** Values of a Secret become their lengths; a changed value still shows as changed, without the value. */
function masked(live: KubeObject, wanted: KubeObject): [KubeObject, KubeObject] {
  const [before, after] = [valuesOf(live), valuesOf(wanted)]
  const hide = (values: Values, other: Values, word: string): Values =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const size = `${String(value).length} characters`
        return [key, value === other[key] ? `(${size})` : `(${size}, ${word})`]
      }),
    )
  return [
    { ...live, data: hide(before, after, 'before') },
    { ...wanted, data: hide(after, before, 'after') },
  ]
}

type Values = Record<string, unknown>

/** An API server answers with `data` alone, whatever was written. */
function valuesOf(secret: KubeObject): Values {
  return (secret as { data?: Values }).data ?? {}
}
