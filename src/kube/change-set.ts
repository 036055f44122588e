/** What applying would change, asked of the API server itself: a server-side dry run, compared with what is there. */
import { stringify } from 'yaml'
import type { ChangeKind } from '#core/events.ts'
import { type KubeObject, type ObjectRef, refOf } from '#core/kube-object.ts'
import type { KubePort } from './cluster.ts'
import { diffLines } from './text-diff.ts'

export interface PlannedChange {
  ref: ObjectRef
  change: Extract<ChangeKind, 'created' | 'configured' | 'unchanged'>
  live: KubeObject | undefined
  /** Unified, Secret values masked; absent when unchanged. */
  diff?: string
}

export async function planChanges(
  kube: KubePort,
  objects: readonly KubeObject[],
  options: { signal: AbortSignal },
): Promise<PlannedChange[]> {
  return Promise.all(objects.map((object) => planChange(kube, object, options)))
}

async function planChange(
  kube: KubePort,
  object: KubeObject,
  { signal }: { signal: AbortSignal },
): Promise<PlannedChange> {
  const ref = refOf(object)
  const [live, wanted] = await Promise.all([
    kube.get(ref, signal),
    kube.apply(object, { signal, dryRun: true, force: true }),
  ])
  if (live === undefined)
    return { ref, change: 'created', live, diff: diffLines('', textOf(object), `${ref.kind}/${ref.name}`) }
  const diff = diffLines(textOf(live), textOf(wanted), `${ref.kind}/${ref.name}`)
  return diff === '' ? { ref, change: 'unchanged', live } : { ref, change: 'configured', live, diff }
}

/** The object as text, without what the server keeps for itself. */
function textOf(object: KubeObject): string {
  const { status: _status, metadata, ...rest } = object
  const { managedFields: _m, resourceVersion: _r, generation: _g, uid: _u, creationTimestamp: _c, ...kept } = metadata
  const shown = { ...rest, metadata: kept }
  return stringify(object.kind === 'Secret' ? masked(shown) : shown, { sortMapEntries: true, lineWidth: 0 })
}

/** A changed value still shows as changed, without the value. */
function masked(secret: Record<string, unknown>): Record<string, unknown> {
  const hide = (values: unknown): unknown =>
    values === null || typeof values !== 'object'
      ? values
      : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `(${String(value).length} characters)`]))
  return { ...secret, data: hide(secret['data']), stringData: hide(secret['stringData']) }
}
