/** How an object belongs to a workspace's set. */
import type { KubeObject } from '#core/objects/kube-object.ts'
import { APPLY_SET, ownerReferenceTo, rootRef } from '#core/objects/labels.ts'
import type { Plan } from '#core/plan/types.ts'
import { applySetId } from './apply-set.ts'

/** Members carry the ApplySet's label and, once the root exists, name it as their owner. */
export function asMember(object: KubeObject, plan: Plan, root: KubeObject | undefined): KubeObject {
  const owner = root === undefined ? undefined : ownerReferenceTo(root)
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, [APPLY_SET.member]: applySetId(rootRef(plan.objectName, plan.namespace)) },
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    },
  }
}

/** The objects again, with the root as their owner once it exists. */
export function ownedBy(members: readonly KubeObject[], root: KubeObject | undefined): KubeObject[] {
  const owner = root === undefined ? undefined : ownerReferenceTo(root)
  if (owner === undefined) return [...members]
  return members.map((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences: [owner] } }))
}
