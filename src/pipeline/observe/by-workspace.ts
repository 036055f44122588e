/** Objects by the workspace that a label of theirs names: a thousand of them are gone over once, not once for each workspace. */
import type { KubeObject } from '#core/objects/kube-object.ts'
import type { SeenId } from './seen-kinds.ts'

/** @param namespace undefined: of the cluster. */
export type Index = (
  id: SeenId,
  label: string,
  workspace: { name: string; namespace: string | undefined },
) => readonly KubeObject[]

export function createIndex(objectsOf: (id: SeenId) => Iterable<KubeObject>, versionOf: (id: SeenId) => number): Index {
  const indexes = new Map<string, { version: number; groups: Map<string, KubeObject[]> }>()
  return (id, label, { name, namespace }) => {
    const known = indexes.get(`${id} ${label}`)
    const version = versionOf(id)
    const index = known?.version === version ? known : { version, groups: Map.groupBy(objectsOf(id), groupOf(label)) }
    indexes.set(`${id} ${label}`, index)
    return index.groups.get(`${namespace ?? ''}/${name}`) ?? []
  }
}

function groupOf(label: string): (object: KubeObject) => string {
  return ({ metadata: { namespace = '', labels } }) => `${namespace}/${labels?.[label] ?? ''}`
}
