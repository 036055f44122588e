/**
 * ApplySets: which objects belong to a workspace, by the labels of a published specification (KEP-3659), so that
 * pruning is exact and other tools see what is ours. https://kep.k8s.io/3659
 */

import { createHash } from 'node:crypto'
import { groupOf, type KindRef, kindIn } from '#core/objects/kinds.ts'
import { formatRef, type KubeObject, type ObjectRef, refOf } from '#core/objects/kube-object.ts'
import { APPLY_SET } from '#core/objects/labels.ts'
import type { KubePort } from '../cluster.ts'

/** Never changes with kaito's version: a new version must not rewrite the parent. */
const TOOL = 'kaito/v1'

/** `applyset-<base64url(sha256(name.namespace.kind.group))>-v1`. */
export function applySetId(parent: ObjectRef): string {
  const { name, namespace = '', kind } = parent
  const digest = createHash('sha256')
    .update(`${name}.${namespace}.${kind}.${groupOf(parent)}`)
    .digest('base64url')
  return `applyset-${digest}-v1`
}

/** The labels and annotations that make an object the parent of a set holding these kinds. */
export function parentMetadata(
  parent: ObjectRef,
  kinds: readonly KindRef[],
): { labels: Record<string, string>; annotations: Record<string, string> } {
  const names = new Set(kinds.map(groupKindName))
  return {
    labels: { [APPLY_SET.id]: applySetId(parent) },
    annotations: { [APPLY_SET.tooling]: TOOL, [APPLY_SET.groupKinds]: [...names].sort().join(',') },
  }
}

/** `Deployment.apps`; kinds of the core group stand alone. */
function groupKindName(ref: KindRef): string {
  const group = groupOf(ref)
  return group === '' ? ref.kind : `${ref.kind}.${group}`
}

/** Whether the set has, or had, members of a kind, as its parent says. */
export function holdsKind(parent: KubeObject, kind: KindRef): boolean {
  return parent.metadata.annotations?.[APPLY_SET.groupKinds]?.split(',').includes(groupKindName(kind)) === true
}

interface Looking {
  /** Those that a set may hold; a parent says which of them it does. */
  kinds: readonly KindRef[]
  signal: AbortSignal
}

/** The members of a set as they are in the cluster. */
export async function listMembers(
  kube: KubePort,
  id: string,
  namespace: string,
  parent: KubeObject | undefined,
  { kinds: possible, signal }: Looking,
): Promise<KubeObject[]> {
  const listed = parent?.metadata.annotations?.[APPLY_SET.groupKinds]?.split(',')
  const kinds = listed === undefined ? possible : possible.filter((kind) => listed.includes(groupKindName(kind)))
  const labelSelector = `${APPLY_SET.member}=${id}`
  const lists = await Promise.all(kinds.map((kind) => kube.list(kindIn(kind, namespace), { signal, labelSelector })))
  return lists.flat()
}

/** Members that the new set lacks. */
export async function findPrunable(
  kube: KubePort,
  parent: KubeObject,
  keep: readonly KubeObject[],
  options: Looking,
): Promise<ObjectRef[]> {
  const kept = new Set(keep.map((object) => formatRef(refOf(object))))
  const members = await listMembers(kube, applySetId(refOf(parent)), parent.metadata.namespace ?? '', parent, options)
  return members.map(refOf).filter((ref) => !kept.has(formatRef(ref)))
}
